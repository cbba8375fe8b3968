import type { AnswerOptions } from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { AnswerContext } from './wire-adapter.ts'

/** What Converse does not say of an answer: which message it is and of which model, in Anthropic's names. */
export function answerOptions({ anthropicName, modelId, requestId, sentAt, warn }: AnswerContext): AnswerOptions {
  return {
    model: { anthropicName: anthropicName ?? modelId },
    // Converse names the call and not the message; a proxy may name neither.
    id: `msg_bdrk_${requestId ?? sentAt.toString(36)}`,
    warn,
  }
}

/** An answer that is none of Converse's: it was written and is paid for, so that asking again is for the caller to decide. */
export function unreadable(because: string, answer: AnswerContext, options?: ErrorOptions): BedrockFailureError {
  const { requestId, region } = answer
  return new BedrockFailureError(
    {
      status: 502,
      type: 'api_error',
      message: `The answer is none of Converse: ${because}`,
      hint: 'Something between here and Bedrock may have answered, such as a proxy: check baseURL and the proxy settings.',
      requestId,
      region,
      retryable: false,
    },
    options,
  )
}

import { findContextFault, GatewayError, type MessageStreamEvent, texts } from '@outcrop/protocol'
import type { ModelEvents } from '../../faults.ts'
import type { BackendCall } from '../backend.ts'

/** The refusal of a prompt that older models tell of inside their streams, behind a good status. */
class ToldInStream extends GatewayError {}

/** Throws the refusal of a prompt that is longer than its model's context, alone or with its answer (M11). */
export function checkContext({ model, request, wire }: BackendCall, inputTokens: number): void {
  const betas = request.anthropic_beta
  const fault = findContextFault(inputTokens, {
    model,
    betas,
    isAnthropicRoute: wire === 'messages',
    maxTokens: request.max_tokens,
  })
  if (fault === undefined) return
  throw fault.isToldInStream ? new ToldInStream('validation', fault.text) : new GatewayError('validation', fault.text)
}

/** Makes a refusal a stream where the model would: nothing but an exception (WIRE §5.5). Throws every other on. */
export function refusedInStream(cause: unknown, { model, wire }: BackendCall): ModelEvents {
  if (!(cause instanceof ToldInStream)) throw cause
  const { code, message } = cause
  // [?] The prefix inside the frame: recorded of Converse, whose stream is taken to say the same.
  const error = wire === 'converse' ? new GatewayError(code, texts.fromModel(message), { cause }) : cause
  return {
    fault: { after: 0, breaks: { kind: 'exception', error } },
    [Symbol.asyncIterator]: () => beginning(model.anthropicName),
  }
}

/** As much of an answer as commits a stream to its status; none of it is sent. */
async function* beginning(model: string): AsyncGenerator<MessageStreamEvent> {
  const usage = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 }
  const empty = { content: [], stop_reason: null, stop_sequence: null, usage }
  yield { type: 'message_start', message: { model, id: '', type: 'message', role: 'assistant', ...empty } }
  yield { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
}

import type { InvocationMetrics } from '@outcrop/protocol'
import type { Model } from '@anthropic-ai/sdk/resources/messages/messages'
import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import type { BedrockModelId } from '../models/model-ids.ts'
import type { BedrockCallOptions } from '../options.ts'

/** What may be called: Bedrock's ids and Anthropic's names, completed by an editor, and every other text. */
export type BedrockModel = BedrockModelId | Model

/** Parameters of Anthropic's API, and what a call may ask of Bedrock beside them. */
export type WithBedrock<Params extends { model: Model }> = Params extends unknown
  ? Omit<Params, 'model'> & { model: BedrockModel; bedrock?: BedrockCallOptions | undefined }
  : never

/** What Bedrock adds to a whole answer. */
export interface BedrockAnswer {
  /** Whether a guardrail changed the answer. */
  'amazon-bedrock-guardrailAction'?: 'INTERVENED' | 'NONE'
  /** What a guardrail found, as Bedrock says it, when `bedrock.trace` asked for it. */
  'amazon-bedrock-trace'?: unknown
}

declare module '@anthropic-ai/sdk/resources/messages/batches' {
  interface MessageBatch {
    /** The job that the batch is on Bedrock, with its own status, counts as they stand, and where its files are. */
    'amazon-bedrock-job'?: ModelInvocationJob
  }
}

declare module '@anthropic-ai/sdk/resources/beta/messages/batches' {
  interface BetaMessageBatch {
    /** The job that the batch is on Bedrock, with its own status, counts as they stand, and where its files are. */
    'amazon-bedrock-job'?: ModelInvocationJob
  }
}

declare module '@anthropic-ai/sdk/resources/messages/messages' {
  interface RawMessageStopEvent {
    /** Bedrock's own count and clock of the call. */
    'amazon-bedrock-invocationMetrics'?: InvocationMetrics
  }
}

declare module '@anthropic-ai/sdk/resources/beta/messages/messages' {
  interface BetaRawMessageStopEvent {
    /** Bedrock's own count and clock of the call. */
    'amazon-bedrock-invocationMetrics'?: InvocationMetrics
  }
}

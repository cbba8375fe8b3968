import type { BaseAnthropic } from '@anthropic-ai/sdk/client'
import { findModel } from '@outcrop/protocol'

/** What decides whether an answer may be waited for as a whole. */
interface Asked {
  readonly model: string
  readonly max_tokens: number
  readonly stream?: boolean | undefined
}

// The slowest models, by Anthropic's own table, which has one of their ids at Bedrock.
const slowModels = new Set(['claude-opus-4-20250514', 'claude-opus-4-1-20250805'])
const mostWholeTokens = 8192

/**
 * Refuses, as the core does for first-party ids, an answer that may take longer than ten minutes and is not streamed, unless
 * a time limit was given: whichever way Bedrock's id of the model is written.
 */
export function checkWholeAnswer(client: BaseAnthropic, asked: Asked, timeout: number | undefined): void {
  if (asked.stream === true || timeout !== undefined || asked.max_tokens <= mostWholeTokens) return
  const model = findModel(asked.model)
  if (model !== undefined && slowModels.has(model.anthropicName)) {
    client.calculateNonstreamingTimeout(asked.max_tokens, mostWholeTokens)
  }
}

import type { ConverseRest, InvocationMetrics, Json, JsonObject, Usage } from '@outcrop/protocol'

/**
 * What Converse says beside a message, under the names that InvokeModel has for it; what InvokeModel has none for stands in
 * `amazon-bedrock-converse`, in Converse's own.
 */
export function sayConverseRest(rest: ConverseRest, usage?: Usage): JsonObject {
  const { trace, metrics, stopReason, performanceConfig, serviceTier } = rest
  const action = guardrailAction(rest)
  return {
    ...(usage !== undefined && { 'amazon-bedrock-invocationMetrics': toMetrics(usage, metrics.latencyMs) }),
    ...(trace !== undefined && { 'amazon-bedrock-trace': trace }),
    ...(action !== undefined && { 'amazon-bedrock-guardrailAction': action }),
    'amazon-bedrock-converse': {
      stopReason,
      ...(performanceConfig !== undefined && { performanceConfig: { ...performanceConfig } }),
      ...(serviceTier !== undefined && { serviceTier: { ...serviceTier } }),
    },
  }
}

/** [?] InvokeModel says it of every answer that a guardrail judged; Converse shows that one did by its trace alone. */
function guardrailAction({ stopReason, trace }: ConverseRest): 'INTERVENED' | 'NONE' | undefined {
  if (stopReason === 'guardrail_intervened') return 'INTERVENED'
  return trace?.['guardrail'] === undefined ? undefined : 'NONE'
}

/** The counts of a whole answer as the end of a stream has them, but for a first byte, which a whole answer has not. */
function toMetrics(usage: Usage, latencyMs: number): Json {
  const { input_tokens, output_tokens, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage
  return {
    inputTokenCount: input_tokens,
    outputTokenCount: output_tokens,
    invocationLatency: latencyMs,
    ...(read + written > 0 && { cacheReadInputTokenCount: read, cacheWriteInputTokenCount: written }),
  } satisfies Omit<InvocationMetrics, 'firstByteLatency'>
}

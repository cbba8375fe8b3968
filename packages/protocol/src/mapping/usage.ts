import type { ConverseUsage } from '../converse/types.ts'
import type { Usage } from '../messages/types.ts'

/**
 * Counts tokens as Converse does, keys in alphabetical order (WIRE §6.3). When caching is unused, answers carry zeros
 * (§3.5), those of later models just of what was read (§6.3), and streams carry nothing (§4.4): all are recorded.
 */
export function toConverseUsage(
  usage: Usage,
  { whenUnused }: { readonly whenUnused: 'zeros' | 'zero reads' | 'nothing' },
): ConverseUsage {
  const { input_tokens, output_tokens } = usage
  const read = usage.cache_read_input_tokens
  const written = usage.cache_creation_input_tokens
  const totalTokens = input_tokens + output_tokens + read + written
  if (read === 0 && written === 0 && whenUnused !== 'zeros') {
    const reads = whenUnused === 'nothing' ? {} : { cacheReadInputTokenCount: 0, cacheReadInputTokens: 0 }
    return { ...reads, inputTokens: input_tokens, outputTokens: output_tokens, serverToolUsage: {}, totalTokens }
  }
  return {
    ...(written > 0 ? { cacheDetails: toCacheDetails(usage) } : {}),
    cacheReadInputTokenCount: read,
    cacheReadInputTokens: read,
    cacheWriteInputTokenCount: written,
    cacheWriteInputTokens: written,
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    serverToolUsage: {},
    totalTokens,
  }
}

/** The longer-lived first, as recorded; an upstream that does not tell them apart wrote the default, five minutes. */
function toCacheDetails(usage: Usage): NonNullable<ConverseUsage['cacheDetails']> {
  const details = usage.cache_creation ?? {
    ephemeral_1h_input_tokens: 0,
    ephemeral_5m_input_tokens: usage.cache_creation_input_tokens,
  }
  return [
    { inputTokens: details.ephemeral_1h_input_tokens, ttl: '1h' as const },
    { inputTokens: details.ephemeral_5m_input_tokens, ttl: '5m' as const },
  ].filter(({ inputTokens }) => inputTokens > 0)
}

/** Counts tokens as Messages does; details are those that the model itself gave beside Converse's counts. */
export function fromConverseUsage(usage: ConverseUsage, details: Partial<Usage> = {}): Usage {
  const { inputTokens, outputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0, cacheDetails } = usage
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWriteInputTokens,
    cache_read_input_tokens: cacheReadInputTokens,
    ...(cacheDetails === undefined ? {} : { cache_creation: fromCacheDetails(cacheDetails) }),
    output_tokens: outputTokens,
    ...details,
  }
}

function fromCacheDetails(details: NonNullable<ConverseUsage['cacheDetails']>): NonNullable<Usage['cache_creation']> {
  const written = (wanted: '5m' | '1h'): number =>
    details.reduce((sum, { ttl, inputTokens }) => (ttl === wanted ? sum + inputTokens : sum), 0)
  return { ephemeral_5m_input_tokens: written('5m'), ephemeral_1h_input_tokens: written('1h') }
}

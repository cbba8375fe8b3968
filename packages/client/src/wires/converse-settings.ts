import type { ConverseSettings } from '@outcrop/protocol'
import type { BedrockCallOptions } from '../options.ts'

/** What a call asks of Bedrock, in the members of a Converse body (WIRE §6.1), and what they have no place for. */
export interface SaidSettings {
  readonly settings: ConverseSettings
  readonly warnings: readonly string[]
}

/** Puts the options of a call into a Converse body's own members. */
export function toConverseSettings(bedrock: BedrockCallOptions, stream: boolean): SaidSettings {
  const { guardrail, trace, latency, serviceTier, requestMetadata = {} } = bedrock
  const mode = guardrail?.streamProcessingMode
  return {
    settings: {
      ...(guardrail !== undefined && {
        guardrailConfig: {
          guardrailIdentifier: guardrail.identifier,
          guardrailVersion: guardrail.version,
          ...(trace !== undefined && { trace }),
          // A whole answer has no stream that could be judged in one way or the other.
          ...(stream && mode !== undefined && { streamProcessingMode: mode }),
        },
      }),
      ...(latency !== undefined && { performanceConfig: { latency } }),
      ...(serviceTier !== undefined && { serviceTier: { type: serviceTier } }),
      ...(Object.keys(requestMetadata).length > 0 && { requestMetadata }),
    },
    warnings: guardrail === undefined && trace !== undefined ? [traceWithoutGuardrail] : [],
  }
}

const traceWithoutGuardrail = 'bedrock.trace: Converse traces guardrails alone, and the call has none: it was left out.'

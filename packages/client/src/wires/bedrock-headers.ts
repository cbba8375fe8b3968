import type { BedrockCallOptions } from '../options.ts'

/** The headers in which InvokeModel, and Messages on the runtime, take what is Bedrock's own (WIRE §3.2). */
export function bedrockHeaders({
  guardrail,
  serviceTier,
  latency,
  requestMetadata,
  trace,
}: BedrockCallOptions): Readonly<Record<string, string>> {
  return {
    ...(guardrail !== undefined && {
      'x-amzn-bedrock-guardrailidentifier': guardrail.identifier,
      'x-amzn-bedrock-guardrailversion': guardrail.version,
    }),
    ...(trace !== undefined && { 'x-amzn-bedrock-trace': trace.toUpperCase() }),
    ...(serviceTier !== undefined && { 'x-amzn-bedrock-service-tier': serviceTier }),
    ...(latency !== undefined && { 'x-amzn-bedrock-performanceconfig-latency': latency }),
    ...(requestMetadata !== undefined && { 'x-amzn-bedrock-request-metadata': JSON.stringify(requestMetadata) }),
  }
}

import {
  GatewayError,
  type InvocationMetrics,
  type Message,
  type MessageStreamEvent,
  texts,
  type Usage,
} from '@outcrop/protocol'
import type { HeaderMap, Reply } from '../../exchange.ts'
import { type Headers, jsonReply } from './aws-json.ts'
import { refuseGuardrailIn } from './guardrail.ts'
import type { WireEvent } from './event-stream-reply.ts'

/** What the headers of InvokeModel ask for beside the body (WIRE §3.2). */
export interface InvokeSettings {
  readonly latency: string | undefined
  readonly serviceTier: string | undefined
}

const enumerated = [
  { header: 'x-amzn-bedrock-trace', member: 'trace', values: ['ENABLED', 'DISABLED', 'ENABLED_FULL'] },
  {
    header: 'x-amzn-bedrock-performanceconfig-latency',
    member: 'performanceConfigLatency',
    values: ['standard', 'optimized'],
  },
  { header: 'x-amzn-bedrock-service-tier', member: 'serviceTier', values: ['priority', 'default', 'flex', 'reserved'] },
] as const

/** Reads the Bedrock headers of InvokeModel and its stream; throws coral's text for a value outside its enum. */
export function parseInvokeHeaders(headers: HeaderMap): InvokeSettings {
  let wrong: string[] | undefined
  for (const { header, member, values } of enumerated) {
    const value = headers[header]
    if (value === undefined || values.some((known) => known === value)) continue
    wrong ??= []
    wrong.push(
      `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
    )
  }
  // [?] WIRE §13: the text for a bad enum header is not recorded; this is coral's own for every member.
  if (wrong !== undefined) throw new GatewayError('validation', texts.constraintViolations(wrong))
  checkRequestMetadata(headers['x-amzn-bedrock-request-metadata'])
  refuseGuardrailIn(headers)
  return {
    latency: headers['x-amzn-bedrock-performanceconfig-latency'],
    serviceTier: headers['x-amzn-bedrock-service-tier'],
  }
}

const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,\-.]*$/

function checkRequestMetadata(header: string | undefined): void {
  if (header === undefined) return
  if (header.length > 8500) {
    const tooLong =
      "Value at 'requestMetadata' failed to satisfy constraint: Member must have length less than or equal to 8500"
    throw new GatewayError('validation', texts.constraintViolations([tooLong]))
  }
  const pairs = parsePairs(header)
  const good =
    pairs !== undefined &&
    pairs.length <= 16 &&
    pairs.every(
      ([key, value]) =>
        key.length >= 1 &&
        key.length <= 256 &&
        typeof value === 'string' &&
        value.length <= 256 &&
        metadataText.test(key) &&
        metadataText.test(value),
    )
  if (!good) throw new GatewayError('validation', texts.requestMetadataPattern)
}

function parsePairs(header: string): [string, unknown][] | undefined {
  try {
    const value: unknown = JSON.parse(header)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined
  } catch {
    return undefined
  }
}

/** Echoes of the settings used (WIRE §3.2). */
export function settingHeaders({ latency, serviceTier }: InvokeSettings): Headers {
  const headers: [string, string][] = []
  if (latency !== undefined) headers.push(['X-Amzn-Bedrock-PerformanceConfig-Latency', latency])
  if (serviceTier !== undefined) headers.push(['X-Amzn-Bedrock-Service-Tier', serviceTier])
  return headers
}

/** InvokeModel's answer: the message itself, with its latency and token counts as headers. */
export function messageReply(requestId: string, message: Message, latencyMs: number, extra: Headers): Reply {
  const { usage } = message
  return jsonReply(requestId, message, [
    ['X-Amzn-Bedrock-Invocation-Latency', String(latencyMs)],
    ['X-Amzn-Bedrock-Cache-Write-Input-Token-Count', String(usage.cache_creation_input_tokens)],
    ['X-Amzn-Bedrock-Cache-Read-Input-Token-Count', String(usage.cache_read_input_tokens)],
    ['X-Amzn-Bedrock-Output-Token-Count', String(usage.output_tokens)],
    ['X-Amzn-Bedrock-Input-Token-Count', String(usage.input_tokens)],
    ...extra,
  ])
}

/** Turns Messages events into chunks, with the metrics in the last one; `ping` does not exist on this wire (WIRE §4.3). */
export function createChunks(elapsedMs: () => number): (event: MessageStreamEvent) => readonly WireEvent[] {
  let usage: Partial<Usage> = {}
  let firstByteLatency = 0
  const toMetrics = (): InvocationMetrics => {
    const read = usage.cache_read_input_tokens ?? 0
    const written = usage.cache_creation_input_tokens ?? 0
    return {
      inputTokenCount: usage.input_tokens ?? 0,
      outputTokenCount: usage.output_tokens ?? 0,
      invocationLatency: elapsedMs(),
      firstByteLatency,
      ...(read + written > 0 ? { cacheReadInputTokenCount: read, cacheWriteInputTokenCount: written } : {}),
    }
  }
  return (event) => {
    switch (event.type) {
      case 'ping':
        return []
      case 'message_start':
        usage = event.message.usage
        firstByteLatency = elapsedMs()
        return [toChunk(event)]
      case 'message_delta':
        usage = { ...usage, ...event.usage }
        return [toChunk(event)]
      case 'message_stop':
        return [toChunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': toMetrics() })]
      default:
        return [toChunk(event)]
    }
  }
}

function toChunk(event: MessageStreamEvent): WireEvent {
  return { type: 'chunk', payload: { bytes: Buffer.from(JSON.stringify(event)).toString('base64') } }
}

import type { BedrockOptions, ClientWire } from '../options.ts'
import { endpointsFor } from '../endpoint/endpoints.ts'
import { regionOf } from '../endpoint/resolve-region.ts'
import { type Exchange, readAnthropicCall } from './anthropic-call.ts'
import type { Audience, HttpRequest } from './http-request.ts'
import { createPlanMemory } from './plan-memory.ts'
import { loadKnowledge } from './load-knowledge.ts'

/** What decides how a request is put; nothing of it comes from the environment. */
export interface PrepareOptions extends Pick<
  BedrockOptions,
  'baseURL' | 'fips' | 'dualStack' | 'wire' | 'scope' | 'residency' | 'failover' | 'capabilities'
> {
  readonly awsRegion: string
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** A request as Bedrock takes it, before anybody signs it. */
export interface PreparedExchange {
  readonly kind: 'prepared'
  readonly request: HttpRequest
  /** What SigV4 signs it for. */
  readonly audience: Audience
  readonly wire: ClientWire
  /** Why this wire: `asked`, or what `auto` says. */
  readonly because: string
  readonly region: string
  readonly modelId: string
  readonly warnings: readonly string[]
}

/** A request that Bedrock would refuse, in Anthropic's status and words. */
export interface RefusedExchange {
  readonly kind: 'refused'
  readonly status: number
  readonly message: string
}

/**
 * Turns a request of Anthropic's `/v1/messages` into the one that Bedrock takes: model, wire, fields, betas, version and path. Pure:
 * no I/O, no clock, no environment, no credential.
 */
export async function prepare(
  exchange: Exchange,
  options: PrepareOptions,
): Promise<PreparedExchange | RefusedExchange> {
  const call = readAnthropicCall(exchange)
  if ('status' in call) return { kind: 'refused', ...call }
  if (call.operation !== 'messages') {
    return {
      kind: 'refused',
      status: 404,
      message: 'prepare takes POST /v1/messages: the other paths may need several requests.',
    }
  }
  const region = regionOf(options, noEnvironment) ?? options.awsRegion
  const { planCall, prepareAt } = await loadKnowledge()
  const { now, ...planned } = options
  const plan = await planCall(call, {
    options: planned,
    now: () => now,
    regionFor: async () => region,
    endpointsFor: (where) => endpointsFor(where, options, noEnvironment.env),
    liveRegions: async () => undefined,
    plans: createPlanMemory(),
    autoWires: async () => (await import('./auto-wires.ts')).createAutoWires(() => now),
  })
  if ('status' in plan) return { kind: 'refused', ...plan }
  const [place] = plan.places
  if (place === undefined)
    return { kind: 'refused', status: 400, message: `${call.model} has no place to be called at.` }
  const prepared = await prepareAt(call, { ...place, policy: options.capabilities })
  if ('status' in prepared) return { kind: 'refused', ...prepared }
  const { request, audience, target, warnings, structured } = prepared
  return {
    kind: 'prepared',
    request,
    audience,
    wire: target.wire,
    because: place.choice.because,
    region: target.region,
    modelId: target.modelId,
    warnings: [...plan.warnings, ...warnings, ...(structured ? [structuredWarning] : [])],
  }
}

// What is prepared here is answered elsewhere, where nothing checks an answer or asks for it again.
const structuredWarning =
  'The model refuses output_config.format: createBedrockFetch gets it by a tool or by the prompt, prepare does not.'

const noEnvironment = { env: (): undefined => undefined }

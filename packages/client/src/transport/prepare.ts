import type { JsonObject, ModelEntry } from '@outcrop/protocol'
import { lazily } from '../lazily.ts'
import { checkBlockSizes, checkRequestSize } from '../limits/check-request-size.ts'
import type { BedrockOptions } from '../options.ts'
import { loadWire } from '../wires/load-wire.ts'
import { type WireAdapter, WireRefusal } from '../wires/wire-adapter.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { named } from './named.ts'
import type { Audience, Endpoints, HttpRequest, Target } from './http-request.ts'

/** A call as it would be sent to one place, unsigned. */
export interface Prepared {
  readonly request: HttpRequest
  readonly audience: Audience
  readonly target: Target
  readonly adapter: WireAdapter
  readonly isStream: boolean
  /** Anthropic's path, for those who are told of it. */
  readonly operation: string
  readonly model: ModelEntry | undefined
  /** What was moved, stripped or cannot be carried. */
  readonly warnings: readonly string[]
  /** Set when the model does not take the structured output that is asked for, and it has to be got another way. */
  readonly structured: boolean
  /** The body as the wire's own words have it, before it was made text. */
  readonly body: JsonObject
}

/** Why a call cannot be sent: what is wrong with it and what to do. */
export interface Refusal {
  readonly status: 400 | 404 | 413
  readonly message: string
  /** The Region that would have been called, once that is known. */
  readonly region?: string | undefined
}

/** Where a call goes, and how strictly it is adapted. */
export interface Place {
  readonly target: Target
  readonly endpoints: Endpoints
  /** What the id stands for, where that is known. */
  readonly model?: ModelEntry | undefined
  /** Anthropic's own name, also of a model newer than the catalogue. */
  readonly anthropicName?: string | undefined
  readonly policy?: BedrockOptions['capabilities']
}

/** Turns an Anthropic call into the request that Bedrock is sent at one place: no I/O, no clock, no credential. */
export async function prepareAt(call: AnthropicCall, place: Place): Promise<Prepared | Refusal> {
  const { target, endpoints, policy = 'adapt' } = place
  const adapter = await loadWire(target.wire)
  const { adaptRequest } = await adaptation()
  const adapted = adaptRequest(call.body, {
    model: named(place),
    wire: target.wire,
    betas: call.betas,
    version: call.version,
    policy,
  })
  if (adapted.kind === 'refused') return { status: 400, message: adapted.message }
  const isChecked = policy !== 'send'
  const large = isChecked ? checkBlockSizes(adapted.body, target.wire, named(place)) : undefined
  if (large !== undefined) return large
  try {
    const wire = adapter.encode({
      body: adapted.body,
      modelId: target.modelId,
      stream: call.stream,
      betas: adapted.betas,
      anthropicVersion: adapted.version,
      bedrock: call.bedrock,
    })
    const body = JSON.stringify(wire.body)
    const tooLarge = isChecked ? checkRequestSize(adapted.body, body, target.wire) : undefined
    if (tooLarge !== undefined) return tooLarge
    return {
      request: {
        method: 'POST',
        url: endpoints[adapter.plane] + wire.path + queryOf(call),
        headers: { 'content-type': 'application/json', ...wire.headers },
        body,
      },
      audience: { service: adapter.plane === 'mantle' ? 'bedrock-mantle' : 'bedrock', region: target.region },
      target,
      adapter,
      isStream: call.stream,
      operation: '/v1/messages',
      model: place.model,
      warnings: [...adapted.warnings, ...wire.warnings],
      structured: adapted.structured,
      body: wire.body,
    }
  } catch (error) {
    if (error instanceof WireRefusal) return { status: 400, message: error.message }
    throw error
  }
}

/** What a caller has put behind the path goes along; `beta` is Anthropic's own mark and means nothing at Bedrock. */
function queryOf({ query }: AnthropicCall): string {
  const others = new URLSearchParams([...query].filter(([name]) => name !== 'beta')).toString()
  return others === '' ? '' : `?${others.replaceAll('+', '%20')}`
}

// The capability table and its words are apart from what a page or a worker loads at once.
const adaptation = lazily(() => import('../models/adapt-request.ts'))

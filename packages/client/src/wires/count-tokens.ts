import {
  findCalledModel,
  findModel,
  type Json,
  type JsonObject,
  type ModelEntry,
  type NamedModel,
  parseModelId,
  textToBase64,
  whatHappens,
} from '@outcrop/protocol'
import type { Adapted } from '../models/adapt-request.ts'
import { idForWire } from '../models/id-for-wire.ts'
import { isOnMantle } from '../models/mantle-targets.ts'
import type { Residency } from '../options.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { isDenial } from './wire-memory.ts'
import { isJsonObject } from './request-parts.ts'
import { modelPath } from './model-path.ts'

/** A count that is asked for. */
export interface CountQuestion {
  /** As the runtime would be sent it. */
  readonly modelId: string
  readonly region: string
  /** What the id stands for; a model that is newer than the catalogue has a name alone. */
  readonly model?: ModelEntry | undefined
  readonly anthropicName?: string | undefined
  /** Adapts the request to the wire that it is counted for: `adaptRequest`. */
  readonly adapt: (wire: 'invoke' | 'mantle') => Adapted
  /** Prompts are no less bound to it than calls are. */
  readonly residency?: Residency | undefined
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** One way to have tokens counted: a POST of JSON. */
export interface CountStep {
  readonly wire: 'invoke' | 'mantle'
  readonly plane: 'runtime' | 'mantle'
  /** Follows the endpoint's URL; begins with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
  readonly warnings: readonly string[]
  /** The count of an answer; `undefined` where there is none in it. */
  readonly read: (json: Json) => { readonly input_tokens: number } | undefined
}

/** The ways to try in order, which may be none: what is left then is an estimate. Or why the request is counted nowhere. */
export type CountPlan =
  | { readonly kind: 'plan'; readonly steps: readonly CountStep[] }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Plans who counts: Bedrock's CountTokens, which knows base ids and, from Claude 5 on, no model that profiles alone serve
 * (WIRE §3.6); and mantle's `count_tokens`, where mantle is known to serve the model. Both are free of charge.
 */
export function countTokensPlan(question: CountQuestion): CountPlan {
  const steps: CountStep[] = []
  const refusals: string[] = []
  for (const [wire, toStep] of stepsFor(question)) {
    const adapted = question.adapt(wire)
    if (adapted.kind === 'refused') refusals.push(adapted.message)
    else steps.push(toStep(adapted))
  }
  const [refusal] = refusals
  return steps.length === 0 && refusal !== undefined ? { kind: 'refused', message: refusal } : { kind: 'plan', steps }
}

/** Whether a failure leaves it to the next step: nobody counts there, or not for this caller. What is wrong stays wrong. */
export function mayCountElsewhere(failure: BedrockFailure): boolean {
  const { status, awsCode, message } = failure
  if (awsCode === 'UnknownOperationException' || status === 404 || isDenial(failure)) return true
  return status === 400 && /doesn.t support counting tokens|model identifier is invalid/i.test(message)
}

type Ready = Extract<Adapted, { readonly kind: 'ready' }>
type Way = readonly [wire: CountStep['wire'], toStep: (adapted: Ready) => CountStep]

function stepsFor(question: CountQuestion): readonly Way[] {
  const runtimeId = countedId(question)
  const mantleId = mantleIdOf(question)
  const runtime: readonly Way[] =
    runtimeId === undefined ? [] : [['invoke', (adapted) => onRuntime(runtimeId, adapted, question)]]
  const mantle: readonly Way[] = mantleId === undefined ? [] : [['mantle', (adapted) => onMantle(mantleId, adapted)]]
  return [...runtime, ...mantle]
}

/** The id that CountTokens knows the model by: never a profile's. */
function countedId({ modelId, model, anthropicName }: CountQuestion): string | undefined {
  const known = model ?? findCalledModel(modelId)?.model ?? findModel(modelId)
  if (known !== undefined) return isCounted(known) ? known.modelId : undefined
  const baseId = parseModelId(modelId)?.id.replace(/^[a-z-]+\.(?=anthropic\.)/, '')
  const isNamed = anthropicName !== undefined && baseId?.startsWith('anthropic.') === true
  // A model of tomorrow is served by profiles alone as far as anybody knows, and the rule about those has no end.
  return isNamed && isCountedByName({ anthropicName }) ? baseId : undefined
}

function isCounted(model: ModelEntry): boolean {
  return isCountedByName(model) || model.inferenceTypes.includes('ON_DEMAND')
}

function isCountedByName(model: NamedModel): boolean {
  return whatHappens('token counting', 'feature', { model, wire: 'invoke', fidelity: 'aws' }).kind !== 'refuse'
}

function mantleIdOf({ modelId, model, region, residency, now }: CountQuestion): string | undefined {
  if (model !== undefined && !isOnMantle(model, region, now)) return undefined
  const id = idForWire(modelId, 'mantle', residency)
  return id.kind === 'ready' && id.modelId.startsWith('anthropic.') ? id.modelId : undefined
}

function onRuntime(modelId: string, { body, betas, warnings }: Ready, { model }: CountQuestion): CountStep {
  const counted: JsonObject = {
    anthropic_version: 'bedrock-2023-05-31',
    ...(betas.length > 0 && { anthropic_beta: betas }),
    // The body has to be that of a real call, of which this is never the part that is counted.
    max_tokens: roomFor(body, model),
    ...body,
  }
  return {
    wire: 'invoke',
    plane: 'runtime',
    path: modelPath(modelId, 'count-tokens'),
    headers: {},
    body: { input: { invokeModel: { body: textToBase64(JSON.stringify(counted)) } } },
    warnings,
    read: (json) => readCount(json, 'inputTokens'),
  }
}

/** Thinking needs less than the room for an answer (WIRE §5.1). */
function roomFor({ thinking }: JsonObject, model: ModelEntry | undefined): number {
  const budget = isJsonObject(thinking) ? thinking['budget_tokens'] : undefined
  if (typeof budget !== 'number') return 1
  return model?.maxOutputTokens ?? budget + 1
}

function onMantle(modelId: string, { body, betas, version, warnings }: Ready): CountStep {
  const { max_tokens: _, ...counted } = body // no answer is written
  return {
    wire: 'mantle',
    plane: 'mantle',
    path: '/anthropic/v1/messages/count_tokens',
    headers: { 'anthropic-version': version, ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) },
    body: { model: modelId, ...counted },
    warnings,
    read: (json) => readCount(json, 'input_tokens'),
  }
}

function readCount(json: Json, member: string): { readonly input_tokens: number } | undefined {
  const count = isJsonObject(json) ? json[member] : undefined
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? { input_tokens: count } : undefined
}

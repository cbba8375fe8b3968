import {
  findCalledModel,
  findMantleModel,
  type Json,
  type JsonObject,
  listMantleModels,
  type ModelEntry,
  parseModelId,
} from '@outcrop/protocol'
import type { BedrockCallOptions, ClientWire } from '../options.ts'
import { findConverseObjections } from './converse-objections.ts'
import type { Objection } from './objection.ts'
import { blocksOf, isJsonObject } from './request-parts.ts'

/** A request, and where it would be sent. */
export interface AskedCall {
  /** In Anthropic's words, as the caller wrote it. */
  readonly body: JsonObject
  readonly bedrock: BedrockCallOptions
  /** As the runtime takes it. */
  readonly modelId: string
  readonly region: string
  /** Absent where the catalogue does not know the model. */
  readonly model?: ModelEntry | undefined
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** What speaks against a wire beside the capability table: ids, files and options that it has no place for. */
export function findObjections(wire: ClientWire, call: AskedCall): readonly Objection[] {
  return finders[wire](call)
}

const cannot = (text: string): Objection => ({ kind: 'cannot', text })
const loses = (text: string): Objection => ({ kind: 'loses', text })

const finders: Readonly<Record<ClientWire, (call: AskedCall) => readonly Objection[]>> = {
  invoke: findFileObjections,
  'runtime-messages': (call) => [...findProfileObjections(call), ...findFileObjections(call)],
  converse: ({ body, bedrock }) => [
    ...findConverseObjections(body),
    ...(bedrock.trace !== undefined && bedrock.guardrail === undefined ? [loses('traces guardrails alone')] : []),
  ],
  mantle: (call) => [...findMantleObjections(call), ...findFileObjections(call)],
}

const claudesTypes: ReadonlySet<Json | undefined> = new Set(['application/pdf', 'text/plain'])

/** Claude itself reads PDF and plain text; Bedrock turns other files into text on Converse alone (WIRE §6.4). */
function findFileObjections({ body }: AskedCall): readonly Objection[] {
  for (const { type, source } of blocksOf(body)) {
    if (type !== 'document' || !isJsonObject(source) || !isFile(source)) continue
    const mediaType = source['media_type']
    if (typeof mediaType === 'string' && !claudesTypes.has(mediaType)) return [cannot(`reads no ${mediaType} files`)]
  }
  return []
}

function isFile(source: JsonObject): boolean {
  return source['type'] === 'base64' || source['type'] === 'text'
}

const profileKinds: ReadonlySet<string> = new Set(['name', 'inference-profile', 'application-inference-profile'])

/** WIRE §1.3: bare ids get the on-demand refusal there; [?] other resources are named nowhere. */
function findProfileObjections({ modelId, bedrock }: AskedCall): readonly Objection[] {
  const parsed = parseModelId(modelId)
  const isProfile = parsed === undefined || profileKinds.has(parsed.kind)
  return [
    ...(isProfile && findCalledModel(modelId)?.scope !== 'in-region' ? [] : [cannot('takes inference profiles alone')]),
    // [?] No source names a place for it in a Messages body.
    ...(bedrock.guardrail?.streamProcessingMode === undefined
      ? []
      : [loses('has no streamProcessingMode of a guardrail')]),
  ]
}

// Mantle drops headers that are not Anthropic's own (WIRE §1.3). A call that is to be guarded never goes out unguarded.
const mantleLacks = {
  guardrail: cannot('has no guardrails'),
  trace: loses('has no traces'),
  serviceTier: loses('has no service tiers'),
  latency: loses('has no latency-optimised inference'),
  requestMetadata: loses('keeps no request metadata'),
} as const satisfies Partial<Record<keyof BedrockCallOptions, Objection>>

function findMantleObjections({ bedrock, model, region, now }: AskedCall): readonly Objection[] {
  const lacking = Object.entries(mantleLacks).flatMap(([option, objection]) =>
    bedrock[option as keyof typeof mantleLacks] === undefined ? [] : [objection],
  )
  if (model === undefined) return [cannot('takes the bare ids of known models alone'), ...lacking]
  const id = listMantleModels({ region, fidelity: 'guide', now }).find((entry) => entry.model === model)?.mantleId
  const isServed = id !== undefined && findMantleModel(id, { region, fidelity: 'aws', now }) === model
  return isServed ? lacking : [cannot(`is not known to serve ${model.modelName} in ${region}`), ...lacking]
}

import {
  findCalledModel,
  findMantleModel,
  findModel,
  findPlainModel,
  type ModelArn,
  type ModelEntry,
  parseModelId,
  type ProfileScope,
} from '@outcrop/protocol'
import { anthropicNameIn, isNewModelName } from './model-name.ts'
import { modelFault, type ModelFault } from './model-target.ts'
import { isScope } from './offers.ts'
import { suggestModel } from './suggest-model.ts'

/** What a caller's `model` is. */
export type Asked =
  /** A model without a way to it: an alias, Anthropic's name, a base id, mantle's id. */
  | { readonly kind: 'model'; readonly model: ModelEntry }
  | { readonly kind: 'new-model'; readonly baseId: string }
  | AskedProfile
  | { readonly kind: 'foundation-model'; readonly arn: ModelArn; readonly model?: ModelEntry | undefined }
  | { readonly kind: 'resource'; readonly arn: ModelArn }
  /** Follows the grammar of ids, and nothing more is known: another maker's model, a bare resource id. */
  | { readonly kind: 'other'; readonly id: string }

/** A system profile, by its id or its ARN. */
export interface AskedProfile {
  readonly kind: 'profile'
  readonly profileId: string
  /** The prefix; not always one that the catalogue knows. */
  readonly scope: ProfileScope | (string & {})
  readonly baseId: string
  readonly model?: ModelEntry | undefined
  readonly arn?: ModelArn | undefined
}

/** Reads a `model` without asking who serves it; every id that is returned is safe to send (WIRE §3.1). */
export function readAsked(asked: string): Asked | ModelFault {
  const parsed = parseModelId(asked)
  if (parsed === undefined || isTraversal(asked)) return malformed(asked)
  if (parsed.kind !== 'name') return readArn(parsed)
  const called = findCalledModel(asked)
  if (called !== undefined && called.scope !== 'in-region') {
    return { kind: 'profile', profileId: asked, scope: called.scope, baseId: called.model.modelId, model: called.model }
  }
  return called === undefined ? readName(asked) : { kind: 'model', model: called.model }
}

/** An id of dots alone is a step in a path, and one that the grammar allows. */
function isTraversal(asked: string): boolean {
  return /^\.+$/.test(asked)
}

function malformed(asked: string): ModelFault {
  const rule = 'A model is a name such as claude-opus-4-6, an id or an ARN: letters, digits and -_.:/ alone'
  return modelFault('malformed', `${quote(asked)} cannot be a model id. ${rule}.${didYouMean(suggestModel(asked))}`)
}

function readArn(arn: ModelArn): Asked {
  if (arn.kind === 'foundation-model') {
    return { kind: 'foundation-model', arn, model: findCalledModel(arn.id)?.model }
  }
  if (arn.kind !== 'inference-profile') return { kind: 'resource', arn }
  const profile = readProfileId(arn.id)
  return profile === undefined ? { kind: 'resource', arn } : { ...profile, arn }
}

function readName(asked: string): Asked | ModelFault {
  const model = findMantleModel(asked, anywhere) ?? findPlainModel(asked) ?? findByLooseName(asked)
  if (model !== undefined) {
    return model.contextVariants.some((suffix) => asked === `${model.modelId}:${suffix}`)
      ? modelFault('provisioned-only', `${asked} is served by provisioned throughput alone: name the ARN of yours.`)
      : { kind: 'model', model }
  }
  const profile = readProfileId(asked)
  if (profile !== undefined) return profile
  const name = anthropicNameIn(asked)
  if (name !== undefined && isNewModelName(name)) {
    return { kind: 'new-model', baseId: asked.startsWith('anthropic.') ? asked : `anthropic.${asked}` }
  }
  const suggestion = suggestModel(asked)
  if (suggestion === undefined) return { kind: 'other', id: asked }
  return modelFault('unknown', `Bedrock has no model ${quote(asked)}.${didYouMean(suggestion)}`)
}

const anywhere = { region: '', fidelity: 'guide', now: 0 } as const

/** `opus-4.6` and `Claude_Opus_4.6`; ids of Bedrock's are taken as they are spelled or not at all. */
function findByLooseName(asked: string): ModelEntry | undefined {
  return asked.toLowerCase().includes('anthropic') ? undefined : findModel(asked)
}

/** A profile of a model that the catalogue knows or could come to know; its scope may be newer than the catalogue. */
function readProfileId(id: string): Omit<AskedProfile, 'arn'> | undefined {
  const [, scope, baseId] = /^([a-z-]+)\.(anthropic\..+)$/.exec(id) ?? []
  // `ca.` is named in AWS's own texts, and other countries may follow.
  if (scope === undefined || baseId === undefined || !(isScope(scope) || /^[a-z]{2}$/.test(scope))) return undefined
  const called = findCalledModel(baseId)
  const model = called?.scope === 'in-region' ? called.model : undefined
  const name = anthropicNameIn(baseId)
  const isKnown = model !== undefined || (name !== undefined && isNewModelName(name))
  return isKnown ? { kind: 'profile', profileId: id, scope, baseId, model } : undefined
}

function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : ` Did you mean ${suggestion}?`
}

/** An id inside a sentence: one line of ASCII, cut where it is long. */
function quote(asked: string): string {
  const text = asked.length > 100 ? `${asked.slice(0, 100)}...` : asked
  return JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, '?')
}

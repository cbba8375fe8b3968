import { findModel, lookUpId } from '../catalogue/lookups.ts'
import { findMantleModel, listMantleModels } from '../catalogue/mantle-models.ts'
import { models } from '../catalogue/models.ts'
import { findPlainModel } from '../catalogue/resolve-surface-model.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { parseModelId } from '../ids/model-id.ts'

/** What a call names: a model, and what it was reached through. */
export interface NamedCall {
  /** Absent where nothing in the catalogue has that name. */
  readonly model: ModelEntry | undefined
  /** The id that was sent, the profile's id and the ARNs of model, profile and application profile, as far as there are any. */
  readonly names: readonly (string | undefined)[]
}

/** Whether a list of models has the one that a call names. */
export type AllowList = (call: NamedCall) => boolean

/**
 * Compiles a list of the models that a caller may use. An id, an alias or a name of a model allows it through whatever scope; a
 * profile's id and an ARN allow what goes through them; `*` in an entry stands for any characters. An application profile is
 * allowed by its ARN and by its model.
 */
export function compileAllowList(entries: readonly string[]): AllowList {
  const allowed = new Set<ModelEntry>()
  const names = new Set<string>()
  const patterns: string[] = []
  for (const entry of entries) {
    const text = entry.trim()
    const model = findNamed(text)
    if (text.includes('*')) patterns.push(text.toLowerCase())
    else if (model !== undefined) allowed.add(model)
    else names.add(text)
  }
  return (call) => {
    const { model, names: called } = call
    if (model !== undefined && allowed.has(model)) return true
    if (called.some((name) => name !== undefined && names.has(name))) return true
    if (patterns.length === 0) return false
    const known = model === undefined ? called : [...called, ...namesOf(model)]
    return patterns.some((pattern) =>
      known.some((name) => name !== undefined && matchesGlob(pattern, name.toLowerCase())),
    )
  }
}

/** The model that an entry names in itself, whatever it is reached through. */
function findNamed(text: string): ModelEntry | undefined {
  const known = lookUpId(text)
  if (known !== undefined) return known.kind === 'profile' ? undefined : known.model
  if (!text.startsWith('arn:')) return findMantleModel(text, anywhere) ?? findPlainModel(text) ?? findModel(text)
  const arn = parseModelId(text)
  // The form without a Region is every Region's, as in the profiles that list it.
  const isOfEvery = arn?.kind === 'foundation-model' && arn.region === ''
  return isOfEvery ? lookUpId(arn.id)?.model : undefined
}

const anywhere = { region: '', fidelity: 'guide', now: 0 } as const

/** Whether an entry can allow anything: it means a model or a profile of the catalogue, or application profiles. */
export function isAllowEntry(entry: string): boolean {
  const text = entry.trim()
  if (text.includes('*')) return isKnownPattern(text)
  if (findNamed(text) !== undefined || lookUpId(text)?.kind === 'profile') return true
  const arn = parseModelId(text)
  if (arn === undefined || arn.kind === 'name') return false
  // Application profiles come and go while the endpoint runs.
  if (arn.kind === 'application-inference-profile') return true
  const known = lookUpId(arn.id)
  return arn.kind === 'inference-profile'
    ? known?.kind === 'profile'
    : arn.kind === 'foundation-model' && known?.kind === 'base'
}

/** A pattern of ARNs is known by what stands behind the slash: accounts and Regions are not the catalogue's. */
function isKnownPattern(text: string): boolean {
  const pattern = text.toLowerCase()
  if (!pattern.startsWith('arn:')) return allowNames().some((name) => matchesGlob(pattern, name))
  const slash = pattern.indexOf('/')
  if (slash < 0) return pattern.endsWith('*')
  if (pattern.slice(0, slash).endsWith('application-inference-profile')) return true
  return allowNames().some((name) => matchesGlob(pattern.slice(slash + 1), name))
}

/** Made when it is first asked for. */
let all: readonly string[] | undefined

/** Every id, alias and name that an entry can be, in small letters. */
export function allowNames(): readonly string[] {
  all ??= [
    ...models.flatMap(namesOf),
    ...models.flatMap((model) => Object.values(model.profiles).map(({ profileId }) => profileId)),
    ...listMantleModels(anywhere).map(({ mantleId }) => mantleId),
  ].map((name) => name.toLowerCase())
  return all
}

function namesOf({ modelId, anthropicName, modelName, aliases }: ModelEntry): readonly string[] {
  return [modelId, anthropicName, modelName, ...aliases]
}

/** Whether a text is what a pattern says, in which `*` is any characters. One step back at most, so it cannot run away. */
function matchesGlob(pattern: string, text: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let retry = 0
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at
      retry = from
      at += 1
    } else if (pattern[at] === text[from]) {
      at += 1
      from += 1
    } else if (star >= 0) {
      at = star + 1
      retry += 1
      from = retry
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

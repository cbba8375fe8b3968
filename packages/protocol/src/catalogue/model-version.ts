import type { ModelEntry } from './types.ts'

/** What a version is read from: Anthropic's own name of a model, such as `claude-sonnet-4-5-20250929`. */
export type NamedModel = Pick<ModelEntry, 'anthropicName'>

/**
 * A model's version as a whole number, a hundred a generation: 405 for Claude Sonnet 4.5, 500 for Opus 5, 307 for
 * 3.7 Sonnet. A name without one, such as a preview's, is newer than all: version rules hold for it, lists do not.
 */
export function modelVersion({ anthropicName }: NamedModel): number {
  // Claude 3 has its version before the family, later models after it. A date has eight digits, a minor version one or two.
  const [, major, minor = '0'] = /^claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d{1,2}))?(?!\d)/.exec(anthropicName) ?? []
  return major === undefined ? Infinity : Number(major) * 100 + Number(minor)
}

/** Which models a rule is about: those from one version to another, both included, or just those named. */
export interface ModelRange {
  readonly from?: string
  readonly to?: string
  readonly names?: readonly string[]
}

/** Whether a rule about these models holds for this one. */
export function isInRange(model: NamedModel, { from, to, names }: ModelRange): boolean {
  const version = modelVersion(model)
  if (from !== undefined && version < parseVersion(from)) return false
  if (to !== undefined && version > parseVersion(to)) return false
  return names === undefined || names.includes(model.anthropicName)
}

/** `4.7` as `modelVersion` counts it. */
function parseVersion(text: string): number {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(text) ?? []
  if (major === undefined || minor === undefined) throw new Error(`The catalogue knows no version ${text}`)
  return Number(major) * 100 + Number(minor)
}

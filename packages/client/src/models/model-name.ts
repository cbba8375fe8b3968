import { models, modelVersion, nearestWord } from '@outcrop/protocol'

/** Anthropic's own name inside an id of Bedrock's: `claude-opus-6` of `global.anthropic.claude-opus-6-v1:0`. */
export function anthropicNameIn(id: string): string | undefined {
  const [, name] = /(?:^|anthropic\.)(claude-[a-z0-9-]+?)(?:-v\d+)?(?::[a-z0-9:]+)?$/.exec(id) ?? []
  return name
}

/**
 * Tells whether a name is one that a model newer than the catalogue would have: `claude-opus-6`. A version that the
 * catalogue already passed is not, and neither is a slip in the name of a known family.
 */
export function isNewModelName(name: string): boolean {
  const [, family, date] = /^claude-([a-z]+)-\d{1,2}(?:-\d{1,2})?(?:-(\d{8}))?$/.exec(name) ?? []
  if (family === undefined) return false
  const version = modelVersion({ anthropicName: name })
  const newest = newestVersions.get(family)
  // A second snapshot of the newest model has a date that the catalogue does not know.
  if (newest !== undefined) return version > newest || (version === newest && date !== undefined)
  return nearestWord(family, newestVersions.keys()) === undefined
}

const newestVersions = new Map<string, number>()
for (const model of models) {
  const version = modelVersion(model)
  if (Number.isFinite(version))
    newestVersions.set(model.family, Math.max(version, newestVersions.get(model.family) ?? 0))
}

import { findModel } from '@outcrop/protocol'
import { resolveTargets } from './resolve-targets.ts'
import { suggestModel } from './suggest-model.ts'

/** The id that a Region takes for the model that a refused id means; else the id or name that was probably meant. */
export function idToUse(refused: string, region: string, nowMs: number): string | undefined {
  const name = findModel(refused)?.aliases[0]
  const resolved = name === undefined ? undefined : resolveTargets(name, { region, now: nowMs })
  const id = resolved?.kind === 'resolved' ? resolved.targets[0]?.modelId : undefined
  return id ?? suggestModel(refused)
}

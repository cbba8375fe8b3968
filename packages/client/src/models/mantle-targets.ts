import { findMantleModel, listMantleModels, type ModelEntry } from '@outcrop/protocol'
import { modelFault, type ModelFault, type TargetContext } from './model-target.ts'
import { anthropicNameIn } from './model-name.ts'
import { nameResidency } from './residency.ts'
import type { Asked } from './read-asked.ts'
import type { Found } from './said-targets.ts'

/**
 * Finds where mantle is called for a model: it has bare ids and no profiles (WIRE §1.3), so each Region is one target. Never
 * under a residency: its log names the Region of inference apart from the one that was called (WIRE §8.5), so it may be another.
 */
export function mantleTargets(read: Asked, context: TargetContext): Found | ModelFault {
  if (context.residency !== undefined) {
    const residency = nameResidency(context.residency)
    const message = `No source says that mantle answers a call in the Region that it is sent to, so it may leave the residency ${residency}: use another wire.`
    return modelFault('outside-residency', message)
  }
  const modelId = mantleIdOf(read)
  if (modelId === undefined) {
    return modelFault(
      'not-served',
      'Mantle takes the bare ids of models alone: name the model, such as claude-opus-4-8.',
    )
  }
  const regions = [context.region, ...(context.failover ?? [])]
  const at = (region: string): { region: string; fidelity: 'aws'; now: number } => ({
    region,
    fidelity: 'aws',
    now: context.now,
  })
  const model = 'model' in read ? read.model : undefined
  const unconfirmed =
    model === undefined ? [] : regions.filter((region) => findMantleModel(modelId, at(region)) === undefined)
  return {
    kind: 'found',
    targets: regions.map((region) => ({ region, modelId, scope: 'in-region' })),
    warnings: unconfirmed.map(
      (region) => `No source names ${modelId} on mantle in ${region}: it is tried all the same.`,
    ),
  }
}

/** Tells whether measured or documented data have mantle serve a model in a Region; what `auto` asks. */
export function isOnMantle(model: ModelEntry, region: string, now: number): boolean {
  const id = mantleIdOfModel(model)
  return id !== undefined && findMantleModel(id, { region, fidelity: 'aws', now }) === model
}

function mantleIdOf(read: Asked): string | undefined {
  if ('model' in read && read.model !== undefined) return mantleIdOfModel(read.model)
  if (read.kind === 'new-model' || read.kind === 'profile') return bare(read.baseId)
  if (read.kind === 'foundation-model') return bare(read.arn.id)
  return read.kind === 'other' ? read.id : undefined
}

/** Mantle's ids carry neither a date nor a version. */
function bare(baseId: string): string {
  const name = anthropicNameIn(baseId)
  return name === undefined ? baseId : `anthropic.${name.replace(/-\d{8}$/, '')}`
}

function mantleIdOfModel(model: ModelEntry): string | undefined {
  return listMantleModels({ region: '', fidelity: 'guide', now: 0 }).find((entry) => entry.model === model)?.mantleId
}

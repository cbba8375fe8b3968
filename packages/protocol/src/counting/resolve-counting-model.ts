import { whatHappens } from '../catalogue/capabilities.ts'
import { lookUpId } from '../catalogue/lookups.ts'
import { type RefusedModel, type Resolution, type ResolveInput, resolveModel } from '../catalogue/resolve-model.ts'
import { lifecycleState } from '../catalogue/lifecycle.ts'
import type { ModelEntry } from '../catalogue/types.ts'
import { texts } from '../failures/texts.ts'
import { parseModelId } from '../ids/model-id.ts'

/**
 * Finds the model that a `modelId` of CountTokens means. Base ids count, also those that nothing else serves on demand;
 * profiles and the models that only profiles serve from Claude 5 on do not (WIRE §3.6, in either fidelity).
 */
export function resolveCountingModel(input: ResolveInput): Resolution {
  const { modelId } = input
  const violations = violationsOf(modelId)
  if (violations.length > 0) return refused(texts.constraintViolations(violations))
  const parsed = parseModelId(modelId)
  if (parsed === undefined) return refused(texts.invalidModelId) // [?] a text for it is not recorded
  const known = lookUpId(parsed.id)
  const resolution = resolveModel(input)
  // [?] Refused as the profiles that it is made of are.
  if (resolution.kind === 'resolved' && resolution.applicationArn !== undefined) return unsupported
  if (known === undefined || known.kind === 'variant') return resolution
  if (known.kind === 'base' && input.fidelity === 'aws') return resolveBase(known.model, resolution, input)
  const isCounted = known.kind === 'base' && !isProfileOnly(known.model, input)
  return resolution.kind === 'refused' || isCounted ? resolution : unsupported
}

const unsupported = refused(texts.countingUnsupported)

/** A base id counts where its model is listed, whether or not it can be invoked there. */
function resolveBase(model: ModelEntry, resolution: Resolution, input: ResolveInput): Resolution {
  const { region, now } = input
  if (isProfileOnly(model, input)) return lifecycleState(model, now) === 'EOL' ? resolution : unsupported
  const isHere =
    resolution.kind === 'refused' &&
    resolution.message === texts.onDemandUnsupported(model.modelId) &&
    model.regions.includes(region)
  return isHere ? { kind: 'resolved', model, scope: 'in-region', warnings: [] } : resolution
}

/** [?] Measured of Claude 5; what follows is taken to be the same. */
function isProfileOnly(model: ModelEntry, { fidelity }: ResolveInput): boolean {
  const counting = whatHappens('token counting', 'feature', { model, fidelity, wire: 'invoke' })
  return counting.kind === 'refuse' && !model.inferenceTypes.includes('ON_DEMAND')
}

const longest = 256
const pattern = String.raw`[a-zA-Z_.\-/0-9:]+`

/** What the service model says of CountTokens' own `modelId` (WIRE §3.1). */
function violationsOf(modelId: string): readonly string[] {
  const fails = `Value '${modelId.slice(0, 1024)}' at 'modelId' failed to satisfy constraint: Member must`
  const violations: string[] = []
  if (!/^[\w.\-/:]*$/.test(modelId)) violations.push(`${fails} satisfy regular expression pattern: ${pattern}`)
  if (modelId.length === 0) violations.push(`${fails} have length greater than or equal to 1`)
  if (modelId.length > longest) violations.push(`${fails} have length less than or equal to ${longest}`)
  return violations
}

function refused(message: string): RefusedModel {
  return { kind: 'refused', code: 'validation', message }
}

import { parseModelId } from '../ids/model-id.ts'
import { lookUpId } from './lookups.ts'
import type { ModelEntry, Scope } from './types.ts'

/** The model that an id calls, and the scope that answers: what a price depends on. */
export interface CalledModel {
  readonly model: ModelEntry
  readonly scope: Scope
  /** The Region of an ARN, which wins over the caller's. */
  readonly region?: string
}

/**
 * Finds what a base id, a profile id or an ARN of either calls, without asking whether a Region serves it; `undefined` for
 * every other id: an application profile does not say what it stands for, and provisioned throughput is paid by the hour.
 */
export function findCalledModel(modelId: string): CalledModel | undefined {
  const parsed = parseModelId(modelId)
  const known = parsed === undefined ? undefined : lookUpId(parsed.id)
  if (parsed === undefined || known === undefined || known.kind === 'variant') return undefined
  // M13: without a prefix a call is regional.
  const called: CalledModel = { model: known.model, scope: known.kind === 'profile' ? known.scope : 'in-region' }
  if (parsed.kind === 'name') return called
  const isWhole = parsed.kind === (known.kind === 'profile' ? 'inference-profile' : 'foundation-model')
  if (!isWhole) return undefined
  return parsed.region === '' ? called : { ...called, region: parsed.region }
}

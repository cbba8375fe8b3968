import type { ModelEntry } from '../catalogue/types.ts'
import { modelVersion } from '../catalogue/model-version.ts'
import type { RetentionMode } from './access.ts'

const shared: readonly RetentionMode[] = ['provider_data_share']
const reviewed: readonly RetentionMode[] = ['aws_review', 'provider_data_share']

/**
 * The modes of data retention that a model asks of an account on mantle; `undefined` where it asks for none (WIRE §5.5, §9.1).
 * Users report `provider_data_share` of Fable 5 and `aws_review` besides of Fable 5.1; [?] that Mythos is as Fable of its version.
 */
export function retentionModesOf(model: ModelEntry): readonly RetentionMode[] | undefined {
  if (model.family !== 'fable' && model.family !== 'mythos') return undefined
  return modelVersion(model) > 500 ? reviewed : shared
}

import type { NamedModel } from '@outcrop/protocol'
import type { ResolvedCall } from '../models/model-target.ts'

/** What version rules are asked about: a model of the catalogue, or the name of a newer one. */
export function named({ model, anthropicName }: Pick<ResolvedCall, 'model' | 'anthropicName'>): NamedModel | undefined {
  return model ?? (anthropicName === undefined ? undefined : { anthropicName })
}

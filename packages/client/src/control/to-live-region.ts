import { type LiveRegion, parseProfile } from '../models/live-profiles.ts'
import type { FoundationModel } from './foundation-model.ts'
import type { InferenceProfile } from './inference-profile.ts'

/** What a Region's own lists say of where models are called: what `resolveTargets` takes in place of the catalogue. */
export function toLiveRegion(profiles: readonly InferenceProfile[], models: readonly FoundationModel[]): LiveRegion {
  const onDemand = models.filter(({ inferenceTypesSupported }) => inferenceTypesSupported.includes('ON_DEMAND'))
  return {
    profiles: profiles.flatMap((profile) => parseProfile(profile) ?? []),
    onDemand: new Set(onDemand.map(({ modelId }) => modelId)),
  }
}

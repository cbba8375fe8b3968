import { findModel, type ModelEntry, profileIn, type ProfileScope, geographiesOf, scopesOf } from '@outcrop/protocol'
import { unknownModel } from '../models/unknown-model.ts'

/** The id to send for what somebody typed: an alias becomes a profile id, anything shaped like an id stays as it is. */
export function chooseModel(typed: string, region: string): string {
  const wanted = typed.trim()
  // Ids and ARNs name their maker; the endpoint knows better than we do which of them exist.
  if (/anthropic\.|:|\//i.test(wanted)) return wanted
  const model = findModel(wanted)
  if (model !== undefined) return bestProfile(model, region)
  throw unknownModel(typed)
}

// M13: global first, as the guide recommends, then the caller's geography, then whatever there is.
function bestProfile(model: ModelEntry, region: string): string {
  const scopes: readonly ProfileScope[] = ['global', ...geographiesOf(region)]
  for (const scope of [...scopes, ...scopesOf(model, 'guide')]) {
    const profile = scope === 'in-region' ? undefined : profileIn(model, scope, 'guide')
    if (profile !== undefined) return profile.profileId
  }
  return model.modelId
}

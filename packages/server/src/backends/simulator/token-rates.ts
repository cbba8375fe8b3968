import { type ModelEntry, type TokenizerFamilyName, tokenizerFamilyOf, type TokenRate } from '@outcrop/protocol'
import type { Calibration } from '../../calibration/calibration.ts'
import type { Backend } from '../backend.ts'

/** How a model's tokens are counted. */
interface RatedFamily extends TokenRate {
  /** The headers of an answer: one of them says how good its counts are, `v3; error=5%` or `v3; error=1.2%; calls=340`. */
  readonly headers: Backend['headers']
}

/** Knows how each model's tokens are counted. */
export interface TokenRates {
  of(model: Pick<ModelEntry, 'anthropicName'>): RatedFamily
}

/** Creates the rates of the catalogue's families, calibrated where real calls say better; `headers` go with every answer. */
export function createTokenRates(calibration: Calibration = {}, headers: Backend['headers'] = []): TokenRates {
  const rated = new Map<TokenizerFamilyName, RatedFamily>()
  const byModel = new WeakMap<object, RatedFamily>()
  const rate = (model: Pick<ModelEntry, 'anthropicName'>): RatedFamily => {
    const family = tokenizerFamilyOf(model)
    const known = rated.get(family.name)
    if (known !== undefined) return known
    const measured = calibration[family.name]
    const { multiplier, errorPercent } = measured ?? family
    const said = [
      family.name,
      `error=${errorPercent === undefined ? 'unknown' : `${errorPercent}%`}`,
      ...(measured === undefined ? [] : [`calls=${measured.calls}`]),
    ]
    const fresh: RatedFamily = {
      frameTokens: measured?.frameTokens ?? family.frameTokens,
      multiplier,
      headers: [...headers, ['x-outcrop-token-estimate', said.join('; ')]],
    }
    rated.set(family.name, fresh)
    return fresh
  }
  return {
    of(model) {
      let found = byModel.get(model)
      if (found === undefined) byModel.set(model, (found = rate(model)))
      return found
    },
  }
}

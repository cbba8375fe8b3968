import data from './tokenizer-families.json' with { type: 'json' }
import { isInRange, type NamedModel } from './model-version.ts'

/** The models that share a vocabulary, and how tokens of theirs are estimated: no tokenizer of Claude 3 or later is public. */
export interface TokenizerFamily {
  /** `v3`, `v4.7` or `v5`. */
  readonly name: TokenizerFamilyName
  /** How many tokens of the family stand for one of the common estimate. */
  readonly multiplier: number
  /** What the frame of a prompt costs beside its messages. */
  readonly frameTokens: number
  /** How far counts of long English text, code and JSON are off as a rule, in per cent. */
  readonly errorPercent: number
  readonly source: string
  readonly date: string
}

/** The families by name. */
export type TokenizerFamilyName = 'v3' | 'v4.7' | 'v5'

const names: readonly TokenizerFamilyName[] = ['v3', 'v4.7', 'v5']

const families = data.families.map(({ models, ...family }) => {
  const name = names.find((known) => known === family.name)
  if (name === undefined) throw new Error(`The catalogue holds the unknown tokenizer family ${family.name}`)
  const range: Parameters<typeof isInRange>[1] = models
  return { range, family: { ...family, name } }
})

/** Every family, the oldest first. */
export const tokenizerFamilies: readonly TokenizerFamily[] = families.map(({ family }) => family)

/** The family of a model: a model that is newer than all has the newest. */
export function tokenizerFamilyOf(model: NamedModel): TokenizerFamily {
  const found = families.find(({ range }) => isInRange(model, range)) ?? families.at(-1)
  if (found === undefined) throw new Error('The catalogue has no tokenizer family')
  return found.family
}

import data from './burndown.json' with { type: 'json' }
import { isInRange, type ModelRange, type NamedModel } from './model-version.ts'
import { oneOf } from './one-of.ts'

/** What one source says of a model: how many tokens of a quota one output token takes. */
export interface BurndownClaim {
  readonly burndown: number
  readonly source: string
  /** Whether AWS's documentation was read, or somebody's quotation of it. */
  readonly evidence: 'documented' | 'reported'
}

/** How many tokens of a quota one output token of a model takes, and what every source says. */
export interface Burndown extends BurndownClaim {
  /** All claims, the one that holds first; [?] which is right where they differ. */
  readonly claims: readonly BurndownClaim[]
}

interface Row {
  readonly models: ModelRange
  readonly source: string
  readonly claim: BurndownClaim
}

const evidences: ReadonlyArray<BurndownClaim['evidence']> = ['documented', 'reported']
const sources = new Map(Object.entries(data.sources))

// In the order of trust: a source that names a model knows more of it than a rule about many.
const rows: readonly Row[] = data.rows.map(({ models, burndown, source }) => {
  const found = sources.get(source)
  if (found === undefined) throw new Error(`The catalogue has no source ${source} of burndown rates`)
  return { models, source, claim: { burndown, source: found.text, evidence: oneOf(evidences, found.evidence) } }
})

/** How many tokens of a runtime quota one output token of a model takes (WIRE §10, CLIENTS §4.5); mantle's quotas know no such thing. */
export function burndownOf(model: NamedModel): Burndown {
  const claims = new Map<string, BurndownClaim>()
  for (const { models, source, claim } of rows) {
    if (!claims.has(source) && isInRange(model, models)) claims.set(source, claim)
  }
  const all = [...claims.values()]
  const [first] = all
  if (first === undefined) throw new Error('The catalogue has no burndown rate')
  return { ...first, claims: all }
}

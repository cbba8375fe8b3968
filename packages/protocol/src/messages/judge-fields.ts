import { capabilities, type CapabilityRule } from '../catalogue/capability-table.ts'
import type { CapabilityContext } from '../catalogue/capability-context.ts'
import type { FieldKeys, FoundField } from '../catalogue/field-pattern.ts'
import { sayRefusal } from '../catalogue/refusal-words.ts'
import { fieldBookFor, ruleUnless } from './field-book.ts'

/** Something in a Messages body that the capability table refuses, or drops because it has no effect. */
export interface FieldJudgement {
  /** The row of the table; `*` for a member that has none. */
  readonly subject: string
  readonly kind: 'field' | 'parameter' | 'beta'
  readonly isRefused: boolean
  /** What Bedrock says when it refuses, or why there is no effect. */
  readonly text: string
  /** Betas with which the rule would not hold. */
  readonly liftedBy: readonly string[]
  /** Every place where it stands. */
  readonly places: readonly FieldKeys[]
  /** The first of them as Anthropic's stack writes it: `tools.1.custom.strict`. */
  readonly path: string
}

/**
 * Judges all that a Messages body holds, whatever else is wrong with it: in the table's order, members without a row last.
 * The betas are those of the context and of the body's `anthropic_beta`.
 */
export function judgeFields(body: object, context: CapabilityContext): readonly FieldJudgement[] {
  const { entries, others } = fieldBookFor(context)
  const judgements: FieldJudgement[] = []
  const add = (kind: FieldJudgement['kind'], subject: string, rules: readonly CapabilityRule[], found: Found): void => {
    const rule = ruleUnless(rules, context.betas)
    if (rule?.outcome.kind !== 'refuse' && rule?.outcome.kind !== 'drop') return
    const { outcome, unlessBeta } = rule
    const isRefused = outcome.kind === 'refuse'
    const text = isRefused ? sayRefusal(outcome.say, found, context) : outcome.warning
    judgements.push({ subject, kind, isRefused, text, liftedBy: unlessBeta, places: found.places(), path: found.path })
  }
  for (const { subject, kind, find, findAll, rules } of entries) {
    const found = find(body)
    if (found !== undefined) add(kind, subject, rules, { ...found, places: () => findAll(body) })
  }
  for (const [key, value] of others.length === 0 ? [] : Object.entries(body)) {
    if (named.has(key) || value === undefined || value === null) continue
    add('field', '*', others, { path: key, value, places: () => [[key]] })
  }
  return judgements
}

type Found = FoundField & { readonly places: () => readonly FieldKeys[] }

/** Members of the body that some row names, alone or with what is in them. */
const named: ReadonlySet<string> = new Set(
  capabilities.flatMap(({ kind, subject }) =>
    kind === 'field' || kind === 'parameter' ? subject.split(' & ').map((term) => /^[\w-]+/.exec(term)?.[0] ?? '') : [],
  ),
)

import data from './capabilities.json' with { type: 'json' }
import type { Wire } from './capability-context.ts'
import type { ModelRange } from './model-version.ts'
import { isRefusalWord, type RefusalWord } from './refusal-words.ts'
import type { Fidelity } from './types.ts'

/** What a row is about: a member of the body, a value of one, a beta, an HTTP header, or what Claude can do as a whole. */
export type CapabilityKind = 'field' | 'parameter' | 'beta' | 'header' | 'feature'

/** Where a rule comes from, and when that was written or measured. */
export interface CapabilityEvidence {
  readonly source: string
  /** `2026-09-05`. */
  readonly date: string
  /** What of the rule nothing proves yet: `[?]` in WIRE's words. */
  readonly uncertain?: string
}

/** A row of the table, checked: something that callers send or want, and the rules about it in order. */
export interface Capability {
  readonly subject: string
  readonly kind: CapabilityKind
  readonly rules: readonly CapabilityRule[]
  /** The row that answers for a feature, where asking for the feature is sending that. */
  readonly asks?: string
}

/** What holds of a row for some models on some wires. */
export interface CapabilityRule {
  readonly wires: readonly Wire[]
  readonly models: ModelRange
  readonly fidelity: Fidelity | undefined
  /** Betas that lift it. */
  readonly unlessBeta: readonly string[]
  readonly outcome: RuleOutcome
  readonly evidence: CapabilityEvidence
}

type RuleOutcome =
  | { readonly kind: 'pass' }
  | { readonly kind: 'move'; readonly to: string }
  | { readonly kind: 'drop'; readonly warning: string }
  | { readonly kind: 'refuse'; readonly say: RefusalWord }

// What the compiler sees of the file; its words are narrowed here, once, at load.
interface RawRule {
  readonly wires?: string | undefined
  readonly models?: { readonly from?: string; readonly to?: string; readonly names?: readonly string[] } | undefined
  readonly fidelity?: string | undefined
  readonly unlessBeta?: readonly string[] | undefined
  readonly outcome: string
  readonly to?: string | undefined
  readonly warning?: string | undefined
  readonly say?: string | undefined
  readonly source: string
  readonly uncertain?: string | undefined
}

interface RawCapability {
  readonly subject: string
  readonly kind: string
  readonly asks?: string | undefined
  readonly rules?: readonly RawRule[] | undefined
}

const kinds: readonly CapabilityKind[] = ['field', 'parameter', 'beta', 'header', 'feature']
const wires: readonly Wire[] = ['invoke', 'converse', 'runtime', 'mantle', 'plain']
const sources: Readonly<Record<string, { readonly title: string; readonly date: string } | undefined>> = data.sources

/** The capability table: model × wire × (feature, beta, body field, parameter), each rule with its source and date. */
export const capabilities: readonly Capability[] = data.subjects.map(toCapability)

function toCapability({ subject, kind, asks, rules = [] }: RawCapability): Capability {
  return {
    subject,
    kind: oneOf(kinds, kind, subject),
    rules: rules.map((rule) => toRule(rule, subject)),
    ...(asks === undefined ? {} : { asks }),
  }
}

function toRule(raw: RawRule, subject: string): CapabilityRule {
  const evidence = sources[raw.source]
  if (evidence === undefined) throw new Error(`The capability ${subject} names the unknown source ${raw.source}`)
  return {
    wires: raw.wires === undefined ? wires : raw.wires.split(' ').map((wire) => oneOf(wires, wire, subject)),
    models: raw.models ?? {},
    fidelity: raw.fidelity === undefined ? undefined : oneOf(['guide', 'aws'] as const, raw.fidelity, subject),
    unlessBeta: raw.unlessBeta ?? [],
    outcome: toRuleOutcome(raw, subject),
    evidence: {
      source: evidence.title,
      date: evidence.date,
      ...(raw.uncertain === undefined ? {} : { uncertain: raw.uncertain }),
    },
  }
}

function toRuleOutcome({ outcome, to, warning, say }: RawRule, subject: string): RuleOutcome {
  if (outcome === 'pass') return { kind: 'pass' }
  if (outcome === 'move' && to !== undefined) return { kind: 'move', to }
  if (outcome === 'drop' && warning !== undefined) return { kind: 'drop', warning }
  if (outcome === 'refuse' && say !== undefined && isRefusalWord(say)) return { kind: 'refuse', say }
  throw new Error(`The capability ${subject} has an outcome that cannot be read: ${outcome}`)
}

function oneOf<Word extends string>(words: readonly Word[], found: string, subject: string): Word {
  const word = words.find((known) => known === found)
  if (word === undefined) throw new Error(`The capability ${subject} holds the unknown word ${found}`)
  return word
}

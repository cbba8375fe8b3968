import { rulesHere } from '../catalogue/capabilities.ts'
import { type Capability, capabilities, type CapabilityRule } from '../catalogue/capability-table.ts'
import type { CapabilityContext } from '../catalogue/capability-context.ts'
import { acceptsWords, type FieldKeys, type FoundField, parseFieldPattern } from '../catalogue/field-pattern.ts'

/** Something that a request may hold, and the rules about it that hold here: each but the last only without a beta. */
interface FieldEntry {
  readonly subject: string
  readonly kind: 'field' | 'parameter' | 'beta'
  readonly find: (request: object) => FoundField | undefined
  readonly findAll: (request: object) => readonly FieldKeys[]
  readonly rules: readonly CapabilityRule[]
}

/** What the capability table refuses or drops for a model, wire and fidelity. */
export interface FieldBook {
  /** In the table's order. */
  readonly entries: readonly FieldEntry[]
  /** The rules about members that have no row of their own. */
  readonly others: readonly CapabilityRule[]
}

/** Finds the rule that holds although a request names some betas. */
export function ruleUnless(
  rules: readonly CapabilityRule[],
  betas: readonly string[] | undefined,
): CapabilityRule | undefined {
  return rules.find(({ unlessBeta }) => !unlessBeta.some((beta) => betas?.includes(beta)))
}

/** Books are worked out once for a model, wire and fidelity: most of the table says nothing there. */
const known = new WeakMap<object, Map<string, FieldBook>>()

/** Opens the book of a model, wire and fidelity; keep the model's object, by which it is remembered. */
export function fieldBookFor(here: CapabilityContext): FieldBook {
  const { model, wire, fidelity } = here
  let ofModel = known.get(model)
  if (ofModel === undefined) known.set(model, (ofModel = new Map()))
  const key = fidelity === 'aws' ? wire : `guide ${wire}`
  let book = ofModel.get(key)
  if (book === undefined) ofModel.set(key, (book = toBook(here)))
  return book
}

function toBook(here: CapabilityContext): FieldBook {
  const others = capabilities.find(({ subject }) => subject === '*')
  return {
    entries: capabilities.flatMap((row) => toEntry(row, here)),
    others: others === undefined ? [] : judging(rulesHere(others, here)),
  }
}

function toEntry(row: Capability, here: CapabilityContext): readonly FieldEntry[] {
  const { subject, kind } = row
  if (subject === '*' || kind === 'header' || kind === 'feature') return []
  const rules = judging(rulesHere(row, here))
  if (rules.length === 0) return []
  return [{ subject, kind, rules, ...(kind === 'beta' ? betaPattern(subject) : patternOf(subject)) }]
}

function judging(rules: readonly CapabilityRule[]): readonly CapabilityRule[] {
  return rules.some(({ outcome: { kind } }) => kind === 'refuse' || kind === 'drop') ? rules : []
}

const patterns = new Map<string, ReturnType<typeof parseFieldPattern>>()

/** Parsed when first needed, once for all models. */
function patternOf(subject: string): ReturnType<typeof parseFieldPattern> {
  let pattern = patterns.get(subject)
  if (pattern === undefined) patterns.set(subject, (pattern = parseFieldPattern(subject)))
  return pattern
}

function betaPattern(subject: string): Pick<FieldEntry, 'find' | 'findAll'> {
  const accepts = acceptsWords([subject])
  return {
    find(request) {
      const value = betasOf(request).find(accepts)
      return value === undefined ? undefined : { path: 'anthropic_beta', value }
    },
    findAll: (request) =>
      betasOf(request).flatMap((beta, index): readonly FieldKeys[] =>
        accepts(beta) ? [['anthropic_beta', index]] : [],
      ),
  }
}

function betasOf(request: object): readonly unknown[] {
  const betas = 'anthropic_beta' in request ? request.anthropic_beta : undefined
  return Array.isArray(betas) ? betas : []
}

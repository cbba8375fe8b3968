import type { CapabilityContext } from './capability-context.ts'
import {
  capabilities,
  type Capability,
  type CapabilityEvidence,
  type CapabilityKind,
  type CapabilityRule,
} from './capability-table.ts'
import { acceptsWords, type FoundField } from './field-pattern.ts'
import { isInRange } from './model-version.ts'
import { type RefusalWord, sayRefusal } from './refusal-words.ts'

/** What happens to something that a caller sends; `liftedBy` names the betas with which the rule does not hold. */
export type Outcome = { readonly evidence?: CapabilityEvidence; readonly liftedBy?: readonly string[] } & (
  | { readonly kind: 'pass' }
  /** It has another place on this wire. */
  | { readonly kind: 'move'; readonly to: string }
  /** It is taken and has no effect. */
  | { readonly kind: 'drop'; readonly warning: string }
  /** `text` is what the caller is told, for the first place where the thing may stand. */
  | { readonly kind: 'refuse'; readonly say: RefusalWord; readonly text: string }
)

/**
 * Tells what happens to a field, a parameter, a beta, a header or a feature of the table, for a model on a wire: it
 * passes, moves to another place, is dropped with a warning, or is refused with a text. What the table does not know
 * passes, and so does a model that is newer than its rules, except where a rule has no end.
 */
export function whatHappens(subject: string, kind: CapabilityKind, context: CapabilityContext): Outcome {
  const { betas = [] } = context
  for (const { row, rule } of candidateRules(subject, kind, context)) {
    if (!rule.unlessBeta.some((beta) => betas.includes(beta))) return toOutcome(rule, row, context)
  }
  return subject.includes(' & ') ? worstOf(subject.split(' & '), context) : { kind: 'pass' }
}

/** Two that nothing is said of together fare as each does alone: one that is refused is enough. */
function worstOf(subjects: readonly string[], context: CapabilityContext): Outcome {
  const outcomes = subjects.map((one) => whatHappens(one, one.includes('=') ? 'parameter' : 'field', context))
  for (const kind of ['refuse', 'drop', 'move'] as const) {
    const found = outcomes.find((outcome) => outcome.kind === kind)
    if (found !== undefined) return found
  }
  return { kind: 'pass' }
}

/** The rules of a row that hold for a model on a wire, up to the first that no beta lifts. */
export function rulesHere(
  { rules }: Capability,
  { model, wire, fidelity }: CapabilityContext,
): readonly CapabilityRule[] {
  const held = rules.filter(
    (rule) =>
      rule.wires.includes(wire) &&
      (rule.fidelity === undefined || rule.fidelity === fidelity) &&
      isInRange(model, rule.models),
  )
  const last = held.findIndex(({ unlessBeta }) => unlessBeta.length === 0)
  return last < 0 ? held : held.slice(0, last + 1)
}

function toOutcome(rule: CapabilityRule, subject: string, context: CapabilityContext): Outcome {
  const { outcome, evidence, unlessBeta } = rule
  const known = { evidence, ...(unlessBeta.length === 0 ? {} : { liftedBy: unlessBeta }) }
  if (outcome.kind !== 'refuse') return { ...outcome, ...known }
  return { ...outcome, text: sayRefusal(outcome.say, exampleOf(subject), context), ...known }
}

/** The first place where a row's subject may stand: where a list is asked about, the text speaks of its first item. */
function exampleOf(subject: string): FoundField {
  const [path = subject, value] = (subject.split(' & ').at(-1) ?? subject).split('=')
  const inFirst = path
    .replaceAll('[]', '.0')
    .replace('tools.0', 'tools.0.custom')
    .replace('content.0.source', 'content.0.image.source')
    .replace('content.0.content.0', 'content.0.tool_result.content.0')
    .replace('content.0.cache_control', 'content.0.text.cache_control')
  return { path: inFirst, value: value?.split('|')[0] }
}

/** The rules about a thing itself first, then those about the field that it is in, then those about every field. */
function* candidateRules(
  subject: string,
  kind: CapabilityKind,
  context: CapabilityContext,
): Generator<{ readonly row: string; readonly rule: CapabilityRule }> {
  const row = rowsByKind.get(kind)?.find(({ matches }) => matches(subject))?.capability
  if (row?.asks !== undefined) {
    yield* candidateRules(row.asks, row.asks.includes('=') ? 'parameter' : 'field', context)
    return
  }
  if (row !== undefined) for (const rule of rulesHere(row, context)) yield { row: subject, rule }
  if ((kind !== 'field' && kind !== 'parameter') || subject.includes(' & ')) return
  const outer = outerField(subject)
  if (outer !== undefined) yield* candidateRules(outer, 'field', context)
  else if (row === undefined) yield* rulesOfOthers(subject, context)
}

/** The rules about fields that have no row of their own. */
function* rulesOfOthers(
  subject: string,
  context: CapabilityContext,
): Generator<{ readonly row: string; readonly rule: CapabilityRule }> {
  const others = capabilities.find((capability) => capability.subject === '*')
  for (const rule of others === undefined ? [] : rulesHere(others, context)) yield { row: subject, rule }
}

/** The field that a parameter is a value of, or that a field is a member of. */
function outerField(subject: string): string | undefined {
  const [field = '', value] = subject.split('=')
  if (value !== undefined) return field
  const [, outer] = /^(.+)\.[^.]+$/.exec(field.replaceAll(/\[[^\]]*\]/g, '')) ?? []
  return outer
}

const rowsByKind: ReadonlyMap<
  CapabilityKind,
  ReadonlyArray<{ readonly capability: Capability; readonly matches: (subject: string) => boolean }>
> = groupByKind(capabilities)

function groupByKind(rows: readonly Capability[]) {
  const groups = new Map<
    CapabilityKind,
    Array<{ readonly capability: Capability; readonly matches: (subject: string) => boolean }>
  >()
  for (const capability of rows) {
    const group = groups.get(capability.kind) ?? []
    groups.set(capability.kind, group)
    group.push({ capability, matches: matcherOf(capability) })
  }
  return groups
}

/** A row answers to its own name, and to every beta or value that the name stands for. */
function matcherOf({ kind, subject }: Capability): (asked: string) => boolean {
  if (kind === 'beta') return acceptsWords([subject])
  const isItself = (asked: string): boolean => asked === subject
  const [, field, values] = /^([^= ]+)=([^= ]+)$/.exec(subject) ?? []
  if (kind !== 'parameter' || field === undefined || values === undefined) return isItself
  const accepts = acceptsWords(values.split('|'))
  const start = `${field}=`
  return (asked) => isItself(asked) || (asked.startsWith(start) && accepts(asked.slice(start.length)))
}

import { rulesHere } from '../catalogue/capabilities.ts'
import { type Capability, capabilities, type CapabilityRule } from '../catalogue/capability-table.ts'
import type { CapabilityContext } from '../catalogue/capability-context.ts'
import { acceptsWords, type FoundField, parseFieldPattern } from '../catalogue/field-pattern.ts'
import { sayRefusal } from '../catalogue/refusal-words.ts'
import type { RuleContext } from './rule-context.ts'
import type { MessagesRequest } from './types.ts'

/** Looks for the first beta, field or parameter that the capability table refuses here, and warns of those it drops. */
export function findFieldFault(request: MessagesRequest, context: RuleContext): string | undefined {
  const { model, wire, fidelity, warn } = context
  const here: CapabilityContext = { model, wire, fidelity, betas: request.anthropic_beta }
  for (const { find, rules } of judgementsFor(here)) {
    const found = find(request)
    if (found === undefined) continue
    const outcome = rules.find(({ unlessBeta }) => !unlessBeta.some((beta) => here.betas?.includes(beta)))?.outcome
    if (outcome?.kind === 'refuse') return sayRefusal(outcome.say, found, here)
    if (outcome?.kind === 'drop') warn?.(outcome.warning)
  }
  return undefined
}

/** Something that a request may hold, and the rules about it that hold here: each but the last only without a beta. */
interface Judgement {
  readonly find: (request: MessagesRequest) => FoundField | undefined
  readonly rules: readonly CapabilityRule[]
}

/** Judgements are worked out once for a model, wire and fidelity: most of the table says nothing there. */
const known = new WeakMap<object, Map<string, readonly Judgement[]>>()

function judgementsFor(here: CapabilityContext): readonly Judgement[] {
  const { model, wire, fidelity } = here
  let ofModel = known.get(model)
  if (ofModel === undefined) known.set(model, (ofModel = new Map()))
  const key = fidelity === 'aws' ? wire : `guide ${wire}`
  let judgements = ofModel.get(key)
  if (judgements === undefined) ofModel.set(key, (judgements = capabilities.flatMap((row) => toJudgement(row, here))))
  return judgements
}

function toJudgement(row: Capability, here: CapabilityContext): Judgement[] {
  const rules = rulesHere(row, here)
  if (row.subject === '*' || !rules.some(({ outcome: { kind } }) => kind === 'refuse' || kind === 'drop')) return []
  if (row.kind === 'field' || row.kind === 'parameter') return [{ find: parseFieldPattern(row.subject).find, rules }]
  if (row.kind !== 'beta') return []
  const accepts = acceptsWords([row.subject])
  const find = ({ anthropic_beta }: MessagesRequest): FoundField | undefined => {
    const value = anthropic_beta?.find(accepts)
    return value === undefined ? undefined : { path: 'anthropic_beta', value }
  }
  return [{ find, rules }]
}

import type { CapabilityContext } from '../catalogue/capability-context.ts'
import { sayRefusal } from '../catalogue/refusal-words.ts'
import { fieldBookFor, ruleUnless } from './field-book.ts'
import type { RuleContext } from './rule-context.ts'
import type { MessagesRequest } from './types.ts'

/** Looks for the first beta, field or parameter that the capability table refuses here, and warns of those it drops. */
export function findFieldFault(request: MessagesRequest, context: RuleContext): string | undefined {
  const { model, wire, fidelity, warn } = context
  const here: CapabilityContext = { model, wire, fidelity, betas: request.anthropic_beta }
  for (const { find, rules } of fieldBookFor(here).entries) {
    const found = find(request)
    if (found === undefined) continue
    const outcome = ruleUnless(rules, here.betas)?.outcome
    if (outcome?.kind === 'refuse') return sayRefusal(outcome.say, found, here)
    if (outcome?.kind === 'drop') warn?.(outcome.warning)
  }
  return undefined
}

import { cutAtTokens, modelVersion, type Thinking } from '@outcrop/protocol'

import type { AnswerBlock } from '../answer.ts'
import { asksForRedaction } from '../magic-strings.ts'
import { sealThinking, signThinking } from '../thinking.ts'
import { excerpt } from '../words.ts'
import type { PlanContext } from './plan-context.ts'

/** The thinking that comes before an answer, when the caller asked for it: signed or sealed, and within its budget. */
export function think(context: PlanContext, calls: number): readonly AnswerBlock[] {
  const { request, prompt, seed } = context
  const { thinking } = request
  if (thinking === undefined || !thinksNow(thinking, context)) return []
  const budget = Math.min(thinking.budget_tokens ?? Infinity, Math.floor(request.max_tokens / 2))
  const whole = thoughts(context, calls)
  const text = whole.slice(0, cutAtTokens(whole, budget))
  if (text === '') return []
  if (asksForRedaction(prompt.text)) return [{ kind: 'redacted', text, data: sealThinking(seed, text) }]
  const shown = isShown(thinking, context)
  return [{ kind: 'thinking', text, signature: signThinking(seed, shown ? text : ''), shown }]
}

/** Whether this is a moment to think: a turn that goes on with results of tools is one only when thinking interleaves. */
function thinksNow({ type }: Thinking, { request, prompt }: PlanContext): boolean {
  const goesOn = prompt.outcomes.length > 0 && prompt.text.trim() === ''
  switch (type) {
    case 'enabled':
      return !goesOn || request.anthropic_beta?.includes('interleaved-thinking-2025-05-14') === true
    case 'adaptive':
      // Low effort thinks about what is not simple alone: what tools say, or what takes some words to ask.
      return goesOn || request.output_config?.['effort'] !== 'low' || prompt.text.length > simpleLength
    case 'between_tools':
      return prompt.outcomes.length > 0
    case 'disabled':
      return false
  }
}

const simpleLength = 200

/** From 4.7 on Claude keeps its thoughts to itself, unless it is asked for a summary of them. */
function isShown({ type, display }: Thinking, { model }: PlanContext): boolean {
  return type === 'adaptive' && modelVersion(model) >= 407 ? display === 'summarized' : display !== 'omitted'
}

function thoughts({ request, prompt, media, random }: PlanContext, calls: number): string {
  const subject =
    prompt.outcomes.length > 0
      ? `There ${prompt.outcomes.length === 1 ? 'is a tool result' : 'are tool results'} to report.`
      : `The user says "${excerpt(prompt.text, 100, 'end')}".`
  const things = media.documents.length + media.images.length
  const seen = things === 0 ? '' : ` ${things} ${things === 1 ? 'file came' : 'files came'} along.`
  const plan = calls > 0 ? 'I will call a tool for that.' : random.pick(plans)
  const whole = `${subject}${seen} I am a simulator and do not really think, but I can answer in form. ${plan}`
  const effort = request.output_config?.['effort']
  if (effort === 'low' || effort === 'medium') return `${subject} ${plan}`
  return effort === 'xhigh' || effort === 'max' ? `${whole} Let me read it once more. ${subject} ${plan}` : whole
}

const plans = [
  'A short and honest answer will do.',
  'I will say what I am and repeat what I was given.',
  'Let me keep to what can be checked.',
] as const

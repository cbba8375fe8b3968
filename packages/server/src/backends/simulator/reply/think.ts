import type { AnswerBlock } from '../answer.ts'
import { signThinking } from '../thinking.ts'
import { cutAtTokens } from '../tokens.ts'
import { excerpt } from '../words.ts'
import type { PlanContext } from './plan-context.ts'

/** The thinking that comes before an answer, when the caller asked for it: signed, and within its budget. */
export function think(context: PlanContext, calls: number): readonly AnswerBlock[] {
  const { request, prompt, seed } = context
  const { thinking } = request
  if (thinking === undefined || thinking.type === 'disabled') return []
  if (thinking.type === 'between_tools' && prompt.outcomes.length === 0) return []
  const budget = Math.min(thinking.budget_tokens ?? Infinity, Math.floor(request.max_tokens / 2))
  const whole = thoughts(context, calls)
  const text = whole.slice(0, cutAtTokens(whole, budget))
  if (text === '') return []
  return [
    {
      kind: 'thinking',
      text,
      signature: signThinking(seed, shown(thinking.display) ? text : ''),
      shown: shown(thinking.display),
    },
  ]
}

const shown = (display: string | undefined): boolean => display !== 'omitted'

function thoughts({ prompt, media, random }: PlanContext, calls: number): string {
  const subject =
    prompt.outcomes.length > 0
      ? `There ${prompt.outcomes.length === 1 ? 'is a tool result' : 'are tool results'} to report.`
      : `The user says "${excerpt(prompt.text, 100, 'end')}".`
  const things = media.documents.length + media.images.length
  const seen = things === 0 ? '' : ` ${things} ${things === 1 ? 'file came' : 'files came'} along.`
  const plan = calls > 0 ? 'I will call a tool for that.' : random.pick(plans)
  return `${subject}${seen} I am a simulator and do not really think, but I can answer in form. ${plan}`
}

const plans = [
  'A short and honest answer will do.',
  'I will say what I am and repeat what I was given.',
  'Let me keep to what can be checked.',
] as const

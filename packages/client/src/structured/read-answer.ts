import type { JsonObject } from '@outcrop/protocol'
import type { AnswerRules } from './answer-rules.ts'
import { askForRepair, toFailed } from './ask-for-repair.ts'
import { judgeAnswer, type Verdict } from './judge-answer.ts'
import { objectsOf } from './json-values.ts'
import type { Done, Reading } from './structured-plan.ts'
import { sumUsage } from './sum-usage.ts'

/** A call that was sent in place of the caller's. */
export interface SentCall {
  readonly way: 'tool' | 'prompt' | undefined
  readonly body: JsonObject
  readonly rules: AnswerRules
}

/** Reads a whole answer: what was asked for, or the call that asks the model to correct it. */
export function readAnswer(message: JsonObject, { way, body, rules }: SentCall): Reading {
  const content = objectsOf(message['content'])
  const verdict = judgeAnswer(content, message['stop_reason'], rules)
  if (verdict.kind !== 'wrong') return done(message, verdict, rules, way)
  return {
    kind: 'repair',
    body: askForRepair(body, content, verdict.wrongs),
    read(repaired) {
      const second = judgeAnswer(objectsOf(repaired['content']), repaired['stop_reason'], rules)
      if (second.kind === 'wrong') return toFailed(second.wrongs, true)
      const usage = sumUsage(message['usage'], repaired['usage'])
      return done({ ...repaired, usage }, second, rules, way && `${way}-repaired`)
    },
  }
}

function done(
  message: JsonObject,
  verdict: Exclude<Verdict, { readonly kind: 'wrong' }>,
  rules: AnswerRules,
  way: Done['way'],
): Done {
  if (rules.schema === undefined) return { kind: 'done', message, way }
  const given = objectsOf(message['content'])
  const content = given.flatMap((block) => toNative(block, rules))
  // Words are kept where they are all that came before an answer was cut; as in a stream they come last.
  const isCut = verdict.kind === 'cut' && !given.some(({ type }) => type === 'tool_use')
  if (isCut) content.push(...given.filter(({ type }) => type === 'text'))
  if (verdict.kind === 'fits' && verdict.json !== undefined) content.push({ type: 'text', text: verdict.json })
  const { stop_reason } = message
  const goesOn = content.some(({ type }) => type === 'tool_use')
  const ended = stop_reason === 'tool_use' && !goesOn ? 'end_turn' : stop_reason
  return { kind: 'done', message: { ...message, content, stop_reason: ended }, way }
}

/** A block as native structured output would have it, whose texts are JSON that fits and no words. */
function toNative(block: JsonObject, { answerTool }: AnswerRules): readonly JsonObject[] {
  if (block['type'] === 'tool_use' && block['name'] === answerTool) {
    return [{ type: 'text', text: JSON.stringify(block['input']) }]
  }
  return block['type'] === 'text' ? [] : [block]
}

import type { Json, JsonObject } from '@outcrop/protocol'
import type { AnswerRules } from './answer-rules.ts'
import { findJson, type FoundJson } from './find-json.ts'
import { findSchemaFaults, type SchemaFault } from './json-schema.ts'
import { objectsOf, textAt } from './json-values.ts'

/** What an answer is worth: it ended before it was done, it is what was asked for, or it is wrong. */
export type Verdict =
  | { readonly kind: 'cut' }
  /** `json` is the text that was found in prose; absent where the answer came by a tool, or goes on with the caller's tools. */
  | { readonly kind: 'fits'; readonly json: string | undefined }
  | { readonly kind: 'wrong'; readonly wrongs: readonly Wrong[] }

/** One part of an answer that is wrong. */
export interface Wrong {
  /** The call with the wrong input; absent for a text. */
  readonly call: JsonObject | undefined
  /** What came, as text. */
  readonly came: string
  readonly faults: readonly SchemaFault[]
}

// A refusal, a limit, a pause: native structured output leaves such an answer as far as it came, too.
const whole: ReadonlySet<Json | undefined> = new Set(['end_turn', 'tool_use'])

/** Judges the blocks of an answer, as the model gave them, by what they should be. */
export function judgeAnswer(content: readonly JsonObject[], stopReason: Json | undefined, rules: AnswerRules): Verdict {
  if (!whole.has(stopReason)) return { kind: 'cut' }
  const calls = content.filter(({ type }) => type === 'tool_use')
  const wrongs = calls.flatMap((call) => judgeCall(call, rules))
  if (wrongs.length > 0) return { kind: 'wrong', wrongs }
  if (rules.schema === undefined || calls.length > 0) return { kind: 'fits', json: undefined }
  return judgeText(textOf(content), rules.schema)
}

function judgeCall(call: JsonObject, { schema, answerTool, strictTools }: AnswerRules): readonly Wrong[] {
  const { input = null } = call
  const name = textAt(call, 'name')
  const expected = name === answerTool ? schema : strictTools.get(name)
  const faults = expected === undefined ? [] : findSchemaFaults(input, expected)
  return faults.length === 0 ? [] : [{ call, came: JSON.stringify(input), faults }]
}

function judgeText(text: string, schema: JsonObject): Verdict {
  let nearest: { readonly found: FoundJson; readonly faults: readonly SchemaFault[] } | undefined
  for (const found of findJson(text)) {
    const faults = findSchemaFaults(found.value, schema)
    if (faults.length === 0) return { kind: 'fits', json: found.text }
    nearest ??= { found, faults }
  }
  const faults = nearest?.faults ?? [{ at: '', problem: 'must be JSON, and is none' }]
  return { kind: 'wrong', wrongs: [{ call: undefined, came: nearest?.found.text ?? text, faults }] }
}

/** The text of an answer, which citations may have cut in pieces. */
function textOf(content: readonly JsonObject[]): string {
  return objectsOf(content)
    .map((block) => (block['type'] === 'text' ? textAt(block, 'text') : ''))
    .join('')
}

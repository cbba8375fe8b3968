import type { JsonObject } from '@outcrop/protocol'
import { describeFaults } from './json-schema.ts'
import { isObject, objectsOf, textAt } from './json-values.ts'
import type { Wrong } from './judge-answer.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import type { StreamSource } from '../reliability/hold-until-content.ts'
import type { Failed } from './structured-plan.ts'

/** The same call with the wrong answer behind it, and what is wrong with that. */
export function askForRepair(body: JsonObject, content: readonly JsonObject[], wrongs: readonly Wrong[]): JsonObject {
  const answer = content.flatMap(toParam)
  const messages = [
    ...objectsOf(body['messages']),
    // A turn of nothing cannot be sent; the model then reads the complaint behind the question.
    ...(answer.length === 0 ? [] : [{ role: 'assistant', content: answer }]),
    { role: 'user', content: complaints(content, wrongs) },
  ]
  return { ...body, messages }
}

/** An answered block as a request has it: members that answers alone have are left, and so is a text of nothing. */
function toParam(block: JsonObject): readonly JsonObject[] {
  const { type, text, id, name, input } = block
  if (type === 'tool_use') return [{ type, id, name, input: isObject(input) ? input : {} }]
  if (type !== 'text') return [block]
  return typeof text === 'string' && text.trim() !== '' ? [{ type, text }] : []
}

function complaints(content: readonly JsonObject[], wrongs: readonly Wrong[]): readonly JsonObject[] {
  const calls = content.filter(({ type }) => type === 'tool_use')
  const wrongText = wrongs.find(({ call }) => call === undefined)
  // Every call of a turn needs a result, also those that were right.
  const results = calls.map((call): JsonObject => {
    const wrong = wrongs.find((one) => one.call === call)
    const text =
      wrong === undefined
        ? 'Not run, because another call of this turn was wrong. Call it again, with the same input.'
        : `The input does not fit the schema:\n${describeFaults(wrong.faults)}\nCall the tool again, with all of the input, corrected.`
    return { type: 'tool_result', tool_use_id: call['id'], is_error: true, content: text }
  })
  if (wrongText === undefined) return results
  const text = `Your answer does not fit the JSON Schema:\n${describeFaults(wrongText.faults)}\nAnswer again with the whole JSON value, corrected, and with nothing else.`
  return [...results, { type: 'text', text }]
}

/** What the caller is told of an answer that is wrong. */
export function toFailed(wrongs: readonly Wrong[], wasRepaired: boolean): Failed {
  const parts = wrongs.map(({ call, came, faults }) => {
    const what = call === undefined ? 'The answer' : `The input of the tool ${textAt(call, 'name')}`
    return `${what} does not fit its JSON Schema:\n${describeFaults(faults)}\nWhat came: ${excerpt(came)}`
  })
  const tries = wasRepaired
    ? 'The model was told what was wrong, and answered wrongly again.'
    : 'It was streamed as it came, so that it could not be asked for again.'
  const advice = 'Make the schema simpler, describe its members, allow more max_tokens, or ask another model.'
  return { kind: 'failed', status: 422, type: 'api_error', message: `${parts.join('\n')}\n${tries} ${advice}` }
}

/** The same as any other failure of a call. */
export function toFailure({ status, type, message }: Failed, { region, requestId }: StreamSource): BedrockFailure {
  return { status, type, message, region, requestId, retryable: false }
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : text
}

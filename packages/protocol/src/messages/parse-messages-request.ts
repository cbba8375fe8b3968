import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { parseJson } from '../shapes/parse-json.ts'
import { toSchemaText } from '../shapes/render-violation.ts'
import { findViolations, type Shape, takeMember } from '../shapes/shape.ts'
import type { Violation } from '../shapes/violation.ts'
import { isCheckedByBedrock } from './generation.ts'
import type { Warn } from './rule-context.ts'
import { findMessagesFault } from './rules.ts'
import { createMessagesShape } from './shape.ts'
import type { MessagesRequest } from './types.ts'
import { violationText } from './violation-text.ts'

/** Parses the body of InvokeModel for Claude; throws a `GatewayError` in the words of the model's own validator. */
export function parseMessagesRequest(
  body: Uint8Array,
  { model, fidelity, warn }: { readonly model: ModelEntry; readonly fidelity: Fidelity; readonly warn?: Warn },
): MessagesRequest {
  const byBedrock = isCheckedByBedrock(model)
  const fields = readObject(body)
  const modelKey = takeMember(fields, 'model')
  const stream = takeMember(fields, 'stream')
  if (Object.hasOwn(fields, 'prompt') && !Object.hasOwn(fields, 'messages')) {
    throw refusal(texts.notOnTextCompletions(model.anthropicName))
  }
  const isStrict = fidelity === 'aws' && byBedrock
  const violations = findViolations(shapes[isStrict ? 'strict' : 'lenient'], fields)

  // In guide fidelity, and by later models, `model` and `stream` are taken and mean nothing: the path says both.
  const isRefused = isStrict && (modelKey !== undefined || stream !== undefined)
  if (isRefused) throw refusal(joinedText(modelKey, stream, violations))
  if (violations.length > 0) throw refusal(violationText(violations, byBedrock))

  const request = fields as MessagesRequest // every member that the type names has just been checked
  const fault = findMessagesFault(request, { model, fidelity, wire: 'invoke', byBedrock, warn })
  if (fault !== undefined) throw refusal(fault)
  return request
}

// [D] Models up to 4.6 answer 400 to 2026-10-21 on Bedrock; the guide's own clients send it, so guide fidelity takes it.
const shapes: Readonly<Record<'strict' | 'lenient', Shape>> = {
  strict: createMessagesShape({ isClosed: true, versions: ['bedrock-2023-05-31'] }),
  lenient: createMessagesShape({ isClosed: false, versions: ['bedrock-2023-05-31', '2026-10-21'] }),
}

function readObject(body: Uint8Array): { [key: string]: unknown } {
  const parsed = parseJson(body)
  if (parsed.kind === 'object') return parsed.value
  if (parsed.kind === 'other') {
    const violation = { kind: 'type', at: null, expected: 'object', found: parsed.value } as const
    throw refusal(texts.malformedInput([toSchemaText(violation)]))
  }
  throw refusal(texts.malformedJson)
}

/** The one text that the legacy validator writes out with several violations in it. */
function joinedText(model: unknown, stream: unknown, violations: readonly Violation[]): string {
  return texts.malformedInputJoined([
    texts.messagesSubject,
    ...(stream === undefined ? [] : [texts.extraneousKey('#', 'stream')]),
    ...(model === undefined ? [] : [texts.extraneousKey('#', 'model')]),
    ...violations.map(toSchemaText),
  ])
}

function refusal(message: string): GatewayError {
  return new GatewayError('validation', message)
}

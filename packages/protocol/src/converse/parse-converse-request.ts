import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { isCheckedByBedrock } from '../messages/generation.ts'
import { parseJson } from '../shapes/parse-json.ts'
import { toCoralText, toSerializationText } from '../shapes/render-violation.ts'
import { findViolations } from '../shapes/shape.ts'
import { findConverseFault } from './rules.ts'
import { converseShape } from './shape.ts'
import type { ConverseRequest } from './types.ts'

/** Parses the body of Converse or ConverseStream; throws a `GatewayError` in Bedrock's words. */
export function parseConverseRequest(
  body: Uint8Array,
  { model, fidelity }: { readonly model: ModelEntry; readonly fidelity: Fidelity },
): ConverseRequest {
  const value = readObject(body)
  const violations = findViolations(converseShape, value)
  // A value of the wrong type never reaches the constraints: coral cannot build its structures from it.
  const mistyped = violations.find((violation) => violation.kind === 'type')
  if (mistyped !== undefined) throw new GatewayError('serialization', toSerializationText(mistyped))
  if (violations.length > 0) {
    throw new GatewayError('validation', texts.constraintViolations(violations.map(toCoralText)))
  }
  const request: ConverseRequest = value // every member that the type names has just been checked
  const fault = findConverseFault(request, { model, fidelity, byBedrock: isCheckedByBedrock(model) })
  if (fault !== undefined) throw new GatewayError('validation', fault)
  return request
}

function readObject(body: Uint8Array): { [key: string]: unknown } {
  if (body.length === 0) return {}
  const parsed = parseJson(body)
  if (parsed.kind === 'object') return parsed.value
  throw new GatewayError('serialization', texts.unreadableJson)
}

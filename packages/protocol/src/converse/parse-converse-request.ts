import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { isCheckedByBedrock } from '../messages/generation.ts'
import { parseJson } from '../shapes/parse-json.ts'
import { toCoralText, toSerializationText } from '../shapes/render-violation.ts'
import { findViolations, type Shape } from '../shapes/shape.ts'
import { findConverseFault } from './rules.ts'
import { converseShape } from './shape.ts'
import type { ConverseRequest } from './types.ts'

/** Parses the body of Converse or ConverseStream; throws a `GatewayError` in Bedrock's words. */
export function parseConverseRequest(
  body: Uint8Array,
  { model, fidelity }: { readonly model: ModelEntry; readonly fidelity: Fidelity },
): ConverseRequest {
  const value = readCoralObject(body)
  checkCoralShape(converseShape, value)
  const request: ConverseRequest = value // every member that the type names has just been checked
  checkConverseRules(request, { model, fidelity })
  return request
}

/** Throws what Converse refuses in a request of the right shape. */
export function checkConverseRules(
  request: ConverseRequest,
  { model, fidelity }: { readonly model: ModelEntry; readonly fidelity: Fidelity },
): void {
  const fault = findConverseFault(request, {
    model,
    fidelity,
    wire: 'converse',
    byBedrock: isCheckedByBedrock(model),
  })
  if (fault !== undefined) throw new GatewayError('validation', fault)
}

/** Throws coral's refusal of a value that breaks a shape. */
export function checkCoralShape(shape: Shape, value: unknown): void {
  const violations = findViolations(shape, value)
  // A value of the wrong type never reaches the constraints: coral cannot build its structures from it.
  const mistyped = violations.find((violation) => violation.kind === 'type')
  if (mistyped !== undefined) throw new GatewayError('serialization', toSerializationText(mistyped))
  if (violations.length > 0) {
    throw new GatewayError('validation', texts.constraintViolations(violations.map(toCoralText)))
  }
}

/** Reads the JSON object of a body, which may be absent; throws coral's refusal of anything else. */
export function readCoralObject(body: Uint8Array): { [key: string]: unknown } {
  if (body.length === 0) return {}
  const parsed = parseJson(body)
  if (parsed.kind === 'object') return parsed.value
  throw new GatewayError('serialization', texts.unreadableJson)
}

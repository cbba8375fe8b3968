import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { applyGuardrailShape } from '../converse/shape.ts'

/** Checks the body of ApplyGuardrail (WIRE §3.7); throws coral's refusal of one that breaks the service model. */
export function checkApplyGuardrailRequest(body: Uint8Array): void {
  checkCoralShape(applyGuardrailShape, readCoralObject(body))
}

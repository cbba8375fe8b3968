import { texts } from '../failures/texts.ts'
import { toAnthropicText, toSchemaText } from '../shapes/render-violation.ts'
import type { Violation } from '../shapes/violation.ts'

/** Says structural violations in the words of the layer that checks the model's requests (WIRE §5.1, §5.5). */
export function violationText(violations: readonly Violation[], byBedrock: boolean): string {
  const first = violations[0]
  if (first === undefined) return ''
  // Anthropic's stack stops at the first; broken base64 is found by the model side in either generation.
  const isBlob = first.kind === 'type' && first.expected === 'blob' && typeof first.found === 'string'
  return byBedrock && !isBlob ? texts.malformedInput(violations.map(toSchemaText)) : toAnthropicText(first)
}

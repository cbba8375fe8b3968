import { texts } from '../failures/texts.ts'
import { toAnthropicText, toSchemaText } from '../shapes/render-violation.ts'
import type { Path, Violation } from '../shapes/violation.ts'

/**
 * Says structural violations in the words of the layer that finds them. Bedrock's JSON-schema layer sees the top level
 * and each message's role and content; what lies inside blocks, tools and settings is found by Anthropic's stack, in
 * either generation: `tools.11.custom.defer_loading: …` and `messages.0.content.0.type: Field required` are both
 * seen with models up to 4.6 (WIRE §5.1, §5.5).
 */
export function violationText(violations: readonly Violation[], byBedrock: boolean): string {
  const outer = byBedrock ? violations.filter(isOuter) : []
  if (outer.length > 0) return texts.malformedInput(outer.map(toSchemaText))
  const first = violations[0]
  return first === undefined ? '' : toAnthropicText(first) // Anthropic's stack stops at the first
}

function isOuter(violation: Violation): boolean {
  const keys: Array<string | number> = []
  for (let here: Path = violation.at; here !== null; here = here.parent) if (!here.isTag) keys.unshift(here.key)
  if ('key' in violation) keys.push(violation.key)
  return keys.length <= 1 || (keys[0] === 'messages' && keys.length <= 3)
}

import { texts } from '../failures/texts.ts'

/** A guardrail as a call names it. */
export interface GuardrailName {
  readonly identifier?: string | undefined
  readonly version?: string | undefined
}

/**
 * Says why a guardrail that a call names cannot be used, in the runtime's words: the name is malformed, or there is no such
 * guardrail, as none can be made here. Nothing when a call names none; half a name is one too.
 */
export function findGuardrailFault(named: GuardrailName): string | undefined {
  const { identifier, version } = named
  if (identifier === undefined && version === undefined) return undefined
  const violations = guardrailViolations(named)
  if (violations.length > 0) return texts.constraintViolations(violations)
  // Quoted by users: an identifier of the wrong form is not told by coral's pattern. [?] Half a name is told as an unknown one.
  const isMalformed = identifier !== undefined && !isGuardrailIdentifier(identifier)
  return isMalformed ? texts.invalidGuardrailId : texts.guardrailNotFound
}

/** The patterns that the service model prints [M]: only shown to callers, never run. */
const patterns = {
  identifier: '(([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))',
  version: '(|([1-9][0-9]{0,7})|(DRAFT))',
} as const

/** The form of a guardrail's id or ARN; the empty one is right too. Linear on any input. */
function isGuardrailIdentifier(text: string): boolean {
  return /^(?:[a-z0-9]*|arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/.test(text)
}

/** The form of a guardrail's version, and how the service model prints it; the empty one is right too [M]. */
export const guardrailVersionPattern = {
  source: patterns.version,
  test: (version: string): boolean => /^(?:|[1-9]\d{0,7}|DRAFT)$/.test(version),
}

/** What coral says of a name that breaks its constraints, one text each. */
function guardrailViolations({ identifier, version }: GuardrailName): readonly string[] {
  const violations: string[] = []
  if (identifier !== undefined && identifier.length > 2048) {
    violations.push(
      "Value at 'guardrailIdentifier' failed to satisfy constraint: Member must have length less than or equal to 2048",
    )
  }
  if (version !== undefined && !guardrailVersionPattern.test(version)) {
    violations.push(
      `Value '${version.slice(0, 200)}' at 'guardrailVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: ${patterns.version}`,
    )
  }
  return violations
}

/** What the control plane says of an identifier of the wrong form; nothing of a good one. [?] Coral's own words. */
export function guardrailIdentifierViolation(identifier: string): string | undefined {
  if (isGuardrailIdentifier(identifier)) return undefined
  const violation = `Value '${identifier.slice(0, 200)}' at 'guardrailIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ${patterns.identifier}`
  return texts.constraintViolations([violation])
}

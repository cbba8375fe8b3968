import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'

/** Takes a filter's value when it is one of the service model's words, else refuses as coral does (WIRE §3.3). */
export function checkEnum<Word extends string>(member: string, value: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === value)
  if (word === undefined) throw violation(member, value, `satisfy enum value set: [${words.join(', ')}]`)
  return word
}

/** A pattern of the service model: run as a whole, printed as it is written there. */
export interface Pattern {
  readonly printed: string
  readonly whole: RegExp
}

/** Compiles a pattern of the service model, which must hold for the whole value. */
export function toPattern(printed: string): Pattern {
  return { printed, whole: new RegExp(`^(?:${printed})$`) }
}

/** Refuses a value that breaks the service model's pattern or, where there is one, its limit on length, in coral's words. */
export function checkPattern(member: string, value: string, pattern: Pattern, maxLength = Infinity): void {
  if (value.length > maxLength) throw violation(member, value, `have length less than or equal to ${maxLength}`)
  if (!pattern.whole.test(value))
    throw violation(member, value, `satisfy regular expression pattern: ${pattern.printed}`)
}

function violation(member: string, value: string, demand: string): GatewayError {
  const detail = `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${demand}`
  return new GatewayError('validation', texts.constraintViolations([detail]))
}

import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'

/** Takes a filter's value when it is one of the service model's words, else refuses as coral does (WIRE §3.3). */
export function checkEnum<Word extends string>(member: string, value: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === value)
  if (word === undefined) throw violation(member, value, `satisfy enum value set: [${words.join(', ')}]`)
  return word
}

/** Refuses a filter's value that breaks the service model's pattern, in coral's words. */
export function checkPattern(member: string, value: string, pattern: RegExp, printed: string): void {
  if (!pattern.test(value)) throw violation(member, value, `satisfy regular expression pattern: ${printed}`)
}

function violation(member: string, value: string, demand: string): GatewayError {
  const detail = `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${demand}`
  return new GatewayError('validation', texts.constraintViolations([detail]))
}

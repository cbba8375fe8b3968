import { type ScriptMatch, type ScriptRequest, type TextMatch, toPattern } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import { readPrompt } from '../simulator/prompt.ts'

/** What a script is asked about: the request, and every name of its model. */
export interface Asked extends ScriptRequest {
  readonly modelNames: readonly string[]
}

/** Reads out of a call what scripts decide by. */
export function readAsked({ model, modelId, wire, request }: BackendCall): Asked {
  const { text, system, turn, outcomes } = readPrompt(request)
  return {
    modelId,
    modelNames: [modelId, model.modelId, model.anthropicName],
    wire,
    text,
    system,
    turn,
    tools: (request.tools ?? []).map(({ name }) => name),
    toolResults: outcomes,
    body: request,
  }
}

/** One condition that does not hold, in words: `match.text expected "hello", found "Hi"`. */
export type Difference = string

/** Checks a request against conditions made ready once, and says what differs. */
export type Matcher = (asked: Asked) => readonly Difference[]

/** Makes a script's conditions ready to be checked. */
export function createMatcher(match: ScriptMatch | ((request: ScriptRequest) => boolean) | undefined): Matcher {
  if (match === undefined) return () => []
  if (typeof match === 'function') return (asked) => (match(asked) ? [] : ['its predicate said no'])
  const checks = conditions.flatMap((condition) => condition(match) ?? [])
  return (asked) => {
    const differences: Difference[] = []
    for (const check of checks) {
      const difference = check(asked)
      if (difference !== undefined) differences.push(difference)
    }
    return differences
  }
}

type Check = (asked: Asked) => Difference | undefined

const conditions: ReadonlyArray<(match: ScriptMatch) => Check | undefined> = [
  ({ model }) => some('model', model, ({ modelNames }) => modelNames),
  ({ text }) => some('text', text, (asked) => [asked.text]),
  ({ system }) => some('system', system, (asked) => [asked.system]),
  ({ toolResult }) => some('toolResult', toolResult, ({ toolResults }) => toolResults.map((result) => result.text)),
  ({ wire }) => (wire === undefined ? undefined : same('wire', wire, (asked) => asked.wire)),
  ({ turn }) => (turn === undefined ? undefined : same('turn', turn, (asked) => asked.turn)),
  ({ tools }) =>
    tools &&
    ((asked) => {
      const missing = tools.filter((tool) => !asked.tools.includes(tool))
      const found = asked.tools.length === 0 ? 'no tools' : asked.tools.join(', ')
      return missing.length === 0 ? undefined : `match.tools expected ${missing.join(', ')}, found ${found}`
    }),
]

function same(name: string, expected: string | number, read: (asked: Asked) => string | number): Check {
  return (asked) => {
    const found = read(asked)
    return found === expected ? undefined : `match.${name} expected ${expected}, found ${found}`
  }
}

function some(
  name: string,
  match: TextMatch | undefined,
  read: (asked: Asked) => readonly string[],
): Check | undefined {
  if (match === undefined) return undefined
  const pattern = typeof match === 'string' ? toPattern(match) : match
  // `search` neither reads nor moves `lastIndex`: a global pattern answers the same every time.
  const holds = (text: string): boolean =>
    pattern === undefined ? text.includes(String(match)) : text.search(pattern) !== -1
  const expected = typeof match === 'string' && pattern === undefined ? quoted(match) : String(match)
  return (asked) => {
    const texts = read(asked)
    if (texts.some(holds)) return undefined
    return `match.${name} expected ${expected}, found ${texts[0] === undefined ? 'none' : quoted(texts[0])}`
  }
}

/** A text as a message shows it: in quotes, and not all of a long one. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 77)}...`)
}

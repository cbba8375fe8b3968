import {
  type ScriptMatch,
  type ScriptRequest,
  type TextMatch,
  type TextsMatch,
  type ToolResultMatch,
  toPattern,
} from '../../script.ts'
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
  ({ toolResult }) =>
    isResultMatch(toolResult) ? resultOf(toolResult) : some('toolResult', toolResult, textsOfResults),
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

const textsOfResults = ({ toolResults }: Asked): readonly string[] => toolResults.map((result) => result.text)

function isResultMatch(match: ScriptMatch['toolResult']): match is ToolResultMatch {
  return typeof match === 'object' && !Array.isArray(match) && !(match instanceof RegExp)
}

/** One result of which everything holds: that each of two holds something is not the same. */
function resultOf({ tool, text, failed }: ToolResultMatch): Check {
  const texts = toFinders(text)
  const expected = [
    ...(tool === undefined ? [] : [`of ${tool}`]),
    ...texts.map((finder) => finder.expected),
    ...(failed === undefined ? [] : [failed ? 'failed' : 'not failed']),
  ].join(', ')
  return ({ toolResults }) => {
    const holds = toolResults.some(
      (result) =>
        (tool === undefined || result.tool === tool) &&
        (failed === undefined || result.failed === failed) &&
        texts.every((finder) => finder.finds(result.text)),
    )
    if (holds) return undefined
    const found = toolResults.map(
      (result) => `${result.tool}${result.failed ? ' (failed)' : ''} ${quoted(result.text)}`,
    )
    return `match.toolResult expected ${expected}, found ${found.slice(0, 3).join(', ') || 'none'}`
  }
}

interface Finder {
  readonly expected: string
  finds(text: string): boolean
}

function toFinders(match: TextsMatch | undefined): readonly Finder[] {
  if (match === undefined) return []
  const texts: readonly TextMatch[] = Array.isArray(match) ? match : [match]
  return texts.map((one) => {
    const pattern = typeof one === 'string' ? toPattern(one) : one
    return {
      expected: typeof one === 'string' && pattern === undefined ? quoted(one) : String(one),
      // `search` neither reads nor moves `lastIndex`: a global pattern answers the same every time.
      finds: (text) => (pattern === undefined ? text.includes(String(one)) : text.search(pattern) !== -1),
    }
  })
}

function some(
  name: string,
  match: TextsMatch | undefined,
  read: (asked: Asked) => readonly string[],
): Check | undefined {
  if (match === undefined) return undefined
  const finders = toFinders(match)
  return (asked) => {
    const texts = read(asked)
    const missing = finders.filter((finder) => !texts.some((text) => finder.finds(text)))
    if (missing.length === 0) return undefined
    const expected = missing.map((finder) => finder.expected).join(' and ')
    return `match.${name} expected ${expected}, found ${texts[0] === undefined ? 'none' : quoted(texts[0])}`
  }
}

/** A text as a message shows it: in quotes, and not all of a long one. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 77)}...`)
}

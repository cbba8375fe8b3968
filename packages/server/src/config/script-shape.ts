import { isMap } from 'yaml'
import type { Citation, StopReason } from '@outcrop/protocol'
import type { Fault } from '../faults.ts'
import {
  type Script,
  type ScriptBlock,
  type ScriptMatch,
  type ScriptReply,
  type ScriptToolCall,
  type ToolResultMatch,
  toPattern,
} from '../script.ts'
import { printPlace } from './problem.ts'
import { list, map, report, type Shape, value } from './read-file.ts'
import { either, jsonObject, text } from './script-values.ts'
import * as settings from './settings.ts'

/** Text to look for; written like `/hello/i` it has to be a regular expression. */
const pattern: Shape<string> = (written, reading) => {
  const read = text(written, reading)
  if (read === undefined) return undefined
  try {
    toPattern(read)
    return read
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return report(written, reading, `expected a text or a regular expression between slashes: ${why}`)
  }
}

/** One text to look for, or a list of them. */
const patterns: Shape<string | readonly string[]> = either(pattern, list(pattern))

const count = value(settings.wholeNumber(0, 1_000_000_000, 'tokens'))

const faultMap = map<Fault>({
  kind: value(settings.fault),
  message: text,
  after: value(settings.wholeNumber(0, 1_000_000, 'frames')),
  ms: value(settings.wholeNumber(0, 3_600_000, 'milliseconds')),
  retryAfter: value(settings.wholeNumber(0, 1_000_000, 'seconds')),
  originalStatusCode: value(settings.wholeNumber(100, 599)),
  resourceName: text,
  originalMessage: text,
})

const fault: Shape<Fault> = either(
  (written, reading) => {
    const kind = value(settings.fault)(written, reading)
    return kind === undefined ? undefined : { kind }
  },
  (written, reading) => {
    const before = reading.problems.length
    const { kind, ...rest } = faultMap(written, reading) ?? {}
    if (reading.problems.length > before) return undefined
    if (kind === undefined) return report(written, reading, `expected a kind: ${settings.fault.expected}`)
    return { kind, ...rest }
  },
)

/** The numbers that say where each kind of citation stands (WIRE §6.3). */
const citationNumbers: Readonly<Record<Citation['type'], readonly string[]>> = {
  char_location: ['document_index', 'start_char_index', 'end_char_index'],
  page_location: ['document_index', 'start_page_number', 'end_page_number'],
  content_block_location: ['document_index', 'start_block_index', 'end_block_index'],
  search_result_location: ['search_result_index', 'start_block_index', 'end_block_index'],
}

const citation: Shape<Citation> = (written, reading) => {
  const read = jsonObject(written, reading)
  if (read === undefined) return undefined
  const type = read['type']
  const kinds = Object.keys(citationNumbers)
  if (typeof type !== 'string' || !Object.hasOwn(citationNumbers, type)) {
    return report(written, reading, `expected a type: ${kinds.join(', ')}`)
  }
  const missing = citationNumbers[type as Citation['type']].filter((name) => typeof read[name] !== 'number')
  if (typeof read['cited_text'] !== 'string') missing.unshift('cited_text')
  if (type === 'search_result_location' && typeof read['source'] !== 'string') missing.unshift('source')
  if (missing.length > 0) return report(written, reading, `expected ${missing.join(', ')} for a ${type}`)
  const title = type === 'search_result_location' ? { title: null } : { document_title: null }
  return { ...title, ...read } as Citation
}

const toolCallFields = { name: text, input: jsonObject, inputText: text, id: text }

const toolCall: Shape<ScriptToolCall> = (written, reading) => {
  const { name, ...rest } = map<ScriptToolCall>(toolCallFields)(written, reading) ?? {}
  if (rest.input !== undefined && rest.inputText !== undefined) {
    return report(written, reading, 'expected either an input or an inputText, found both')
  }
  return name === undefined ? report(written, reading, 'expected the name of a tool') : { name, ...rest }
}

interface WrittenBlock {
  readonly type: ScriptBlock['type']
  readonly text: string
  readonly citations: readonly Citation[]
  readonly thinking: string
  readonly signature: string
  readonly data: string
  readonly name: string
  readonly input: NonNullable<ScriptToolCall['input']>
  readonly inputText: string
  readonly id: string
}

const blockFields = map<WrittenBlock>({
  type: value(settings.oneOf('text', 'thinking', 'redacted_thinking', 'tool_use')),
  text,
  citations: list(citation),
  thinking: text,
  signature: text,
  data: text,
  ...toolCallFields,
})

const block: Shape<ScriptBlock> = (written, reading) => {
  const read = blockFields(written, reading) ?? {}
  if (read.type === undefined)
    return report(written, reading, 'expected a type: text, thinking, redacted_thinking or tool_use')
  const needed = { text: 'text', thinking: 'thinking', redacted_thinking: undefined, tool_use: 'name' } as const
  const key = needed[read.type]
  if (key !== undefined && read[key] === undefined) {
    return report(written, reading, `expected ${key} in a block of type ${read.type}`)
  }
  return read as ScriptBlock
}

const stopReasons = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
] as const satisfies readonly StopReason[]

const reply: Shape<ScriptReply> = map<ScriptReply>({
  thinking: text,
  redactedThinking: text,
  text,
  citations: list(citation),
  toolCalls: list(toolCall),
  content: list(block),
  stopReason: value(settings.oneOf(...stopReasons)),
  stopSequence: text,
  usage: map<NonNullable<ScriptReply['usage']>>({
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
  }),
  pace: map<NonNullable<ScriptReply['pace']>>({
    tokensPerSecond: value(settings.pace),
    firstTokenMs: value(settings.firstTokenMs),
  }),
  fault,
})

interface WrittenScript {
  readonly name: string
  readonly match: ScriptMatch
  readonly reply: ScriptReply
  readonly replies: readonly ScriptReply[]
  readonly atEnd: 'repeat' | 'fail'
  readonly times: number
  readonly fault: Fault
}

const ordinal = value(settings.wholeNumber(1, 1_000_000))

const toolResult = map<ToolResultMatch>({ tool: text, text: patterns, failed: value(settings.switchedOn) })

const scriptFields = map<WrittenScript>({
  name: text,
  match: map<ScriptMatch>({
    model: pattern,
    wire: value(settings.oneOf('invoke', 'converse', 'messages')),
    text: patterns,
    system: patterns,
    toolResult: (written, reading) => (isMap(written.node) ? toolResult : patterns)(written, reading),
    turn: ordinal,
    tools: list(text),
    call: either<number, readonly number[]>(ordinal, list(ordinal)),
  }),
  reply: either(
    // `reply: Hello` says what `reply: {text: Hello}` does.
    (written, reading) => {
      const said = text(written, reading)
      return said === undefined ? undefined : { text: said }
    },
    reply,
  ),
  replies: list(reply),
  atEnd: value(settings.oneOf('repeat', 'fail')),
  times: ordinal,
  fault,
})

const script: Shape<Script> = (written, reading) => {
  const before = reading.problems.length
  const read = scriptFields(written, reading)
  if (read === undefined || reading.problems.length > before) return undefined
  if (read.reply !== undefined && read.replies !== undefined) {
    return report(written, reading, 'expected either a reply or replies, found both')
  }
  if (read.reply === undefined && (read.replies?.length ?? 0) === 0 && read.fault === undefined) {
    return report(written, reading, 'expected an answer: a reply, replies or a fault')
  }
  return { name: printPlace(written.at), ...read }
}

/** A file of scripts: a list, in the order in which they are tried. */
export const scriptsShape: Shape<readonly Script[]> = list(script)

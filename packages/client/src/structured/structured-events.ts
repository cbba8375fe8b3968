import type { Json, JsonObject } from '@outcrop/protocol'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { BedrockStreamError } from '../reliability/stream-errors.ts'
import { createPartialMessage } from '../reliability/partial-message.ts'
import { askForRepair, toFailed, toFailure } from './ask-for-repair.ts'
import { judgeAnswer } from './judge-answer.ts'
import { isObject } from './json-values.ts'
import type { SentCall } from './read-answer.ts'
import { createBlock, type StreamedBlock, type TypedEvent } from './streamed-block.ts'
import type { Failed, StreamSurroundings } from './structured-plan.ts'
import { sumUsage } from './sum-usage.ts'

/**
 * Turns a streamed answer into what native structured output would stream. What the answer's tool is called with is passed
 * on as text while it comes; words are held back until they are whole and known to be right, and then are one piece.
 */
export async function* structuredEvents(
  events: AsyncIterable<WireEvent>,
  call: SentCall,
  { ask, source }: StreamSurroundings,
): AsyncGenerator<WireEvent, void> {
  const partial = createPartialMessage()
  const fail = (failed: Failed) => new BedrockStreamError(toFailure(failed, source), partial.read())
  for await (const event of askTwice(events, call, ask, fail)) {
    partial.add(event)
    yield event
  }
}

type Fail = (failed: Failed) => Error

async function* askTwice(
  events: AsyncIterable<WireEvent>,
  call: SentCall,
  ask: StreamSurroundings['ask'],
  fail: Fail,
): AsyncGenerator<WireEvent, void> {
  const out: Output = { blocks: 0, isCommitted: false, usage: undefined }
  const first = yield* passOn(events, call, out, fail)
  if (first === undefined) return
  const again = await ask(first)
  yield* passOn(again, call, out, fail, out.usage)
}

/** What has been passed on, in both answers together. */
interface Output {
  /** How many blocks; the index of the next. */
  blocks: number
  /** Whether a text or a call is out, so that nothing can be taken back. */
  isCommitted: boolean
  /** What has been counted by the end of the first answer. */
  usage: JsonObject | undefined
}

/** Passes an answer on; gives the body of a repair where that is still possible, and then the end is left out. */
async function* passOn(
  events: AsyncIterable<WireEvent>,
  call: SentCall,
  out: Output,
  fail: Fail,
  before?: JsonObject,
): AsyncGenerator<WireEvent, JsonObject | undefined> {
  const isRepair = before !== undefined
  const blocks = new Map<Json | undefined, StreamedBlock>()
  let usage: JsonObject = {}
  for await (const event of events) {
    if (event.name === 'message_start') {
      usage = sumUsage({}, member(parse(event), 'message')['usage'])
      if (!isRepair) yield event
    } else if (event.name.startsWith('content_block_')) {
      yield* passOnBlock(parse(event), blocks, call, out, isRepair)
    } else if (event.name === 'message_delta') {
      const end = parse(event)
      usage = { ...usage, ...member(end, 'usage') }
      const content = [...blocks.values()].map((block) => block.whole())
      const verdict = judgeAnswer(content, member(end, 'delta')['stop_reason'], call.rules)
      if (verdict.kind === 'wrong') {
        out.usage = usage
        if (!isRepair && !out.isCommitted) return askForRepair(call.body, content, verdict.wrongs)
        throw fail(toFailed(verdict.wrongs, isRepair))
      }
      const texts = verdict.kind === 'fits' ? [verdict.json ?? ''] : cutWords([...blocks.values()], call)
      for (const text of texts) if (text !== '') yield* wholeText(text, out.blocks++)
      yield toEnd(end, blocks, call, before && sumUsage(before, usage))
    } else {
      yield event
    }
  }
  return undefined
}

function* passOnBlock(
  event: JsonObject,
  blocks: Map<Json | undefined, StreamedBlock>,
  { rules }: SentCall,
  out: Output,
  isRepair: boolean,
): Generator<WireEvent> {
  const { index } = event
  if (event['type'] === 'content_block_start') {
    const block = createBlock(member(event, 'content_block'), rules)
    blocks.set(index, block)
    // Thoughts of both answers in one turn could not be sent back: Claude verifies them in the order it had them.
    const isHeld = rules.schema !== undefined && (block.kind === 'text' || (isRepair && block.kind === 'other'))
    if (!isHeld) block.out = out.blocks++
    if (!isHeld && block.kind !== 'other') out.isCommitted = true
  }
  const block = blocks.get(index)
  if (block === undefined) return
  const translated = block.take(event)
  if (block.out === undefined) return
  for (const one of translated) yield write({ ...one, index: block.out })
}

/** The words that were held back, where they are all that came before an answer was cut. */
function cutWords(blocks: readonly StreamedBlock[], { rules }: SentCall): readonly string[] {
  const isAll = blocks.every(({ kind }) => kind === 'text' || kind === 'other')
  if (rules.schema === undefined || !isAll) return []
  return blocks.filter(({ kind }) => kind === 'text').map((block) => block.written())
}

function* wholeText(text: string, index: number): Generator<WireEvent> {
  yield write({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } })
  yield write({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })
  yield write({ type: 'content_block_stop', index })
}

function toEnd(
  end: JsonObject,
  blocks: ReadonlyMap<Json | undefined, StreamedBlock>,
  { rules }: SentCall,
  usage: JsonObject | undefined,
): WireEvent {
  const delta = member(end, 'delta')
  const goesOn = [...blocks.values()].some(({ kind }) => kind === 'call')
  const isOver = rules.schema !== undefined && delta['stop_reason'] === 'tool_use' && !goesOn
  return write({
    ...end,
    type: 'message_delta',
    delta: isOver ? { ...delta, stop_reason: 'end_turn' } : delta,
    ...(usage !== undefined && { usage }),
  })
}

function write(event: TypedEvent): WireEvent {
  return { name: event.type, data: JSON.stringify(event) }
}

function parse({ name, data }: WireEvent): JsonObject {
  const value: unknown = JSON.parse(data)
  if (isObject(value)) return value
  throw new TypeError(`The event ${name} of a stream is no JSON object`)
}

function member(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isObject(value) ? value : {}
}

import type { BilledUsage, BlockDelta, MessageStreamEvent, Usage } from '@outcrop/protocol'
import type { ModelEvents, StreamBreak } from './faults.ts'
import type { Settlement } from './settlement.ts'

/** Told once how a stream ended and what it used, as far as it was seen. */
export type SettleStream = (outcome: Settlement['outcome'], usage: BilledUsage | undefined) => void

/** Whether a fault ends a stream before its time. */
const ends: Readonly<Record<StreamBreak['kind'], boolean>> = {
  cut: true,
  'half-frame': true,
  drop: true,
  reset: true,
  exception: true,
  stall: false,
  'bad-crc': false,
  'malformed-json': false,
  'unknown-event': false,
  'empty-block-start': false,
}

/** Watches the events of an answer as they are taken, adds nothing to the way of one, and settles once. */
export function meterEvents(events: ModelEvents, settle: SettleStream, isGone: () => boolean): ModelEvents {
  const { fault } = events
  const metered = { [Symbol.asyncIterator]: () => new MeteredIterator(events, settle, isGone) }
  return fault === undefined ? metered : { ...metered, fault }
}

class MeteredIterator implements AsyncIterator<MessageStreamEvent> {
  readonly #inner: AsyncIterator<MessageStreamEvent>
  readonly #breaks: boolean
  readonly #settle: SettleStream
  readonly #isGone: () => boolean
  #usage: Usage | undefined
  #pieces = 0
  #ended = false

  constructor(events: ModelEvents, settle: SettleStream, isGone: () => boolean) {
    const { fault } = events
    this.#inner = events[Symbol.asyncIterator]()
    this.#breaks = fault !== undefined && ends[fault.breaks.kind]
    this.#settle = settle
    this.#isGone = isGone
  }

  // By hand, and beside the way of the event: whoever asked hears of it at the same moment as without a meter, a turn later
  // in the same queue. An async generator around it would cost each event three promises more.
  next(): Promise<IteratorResult<MessageStreamEvent>> {
    const coming = this.#inner.next()
    coming.then(this.#see, this.#fail)
    return coming
  }

  async return(): Promise<IteratorResult<MessageStreamEvent>> {
    // Nobody waits for the rest any more: the caller went away, or what the answer was to break by has broken it.
    this.#end(this.#breaks && !this.#isGone() ? 'failed' : 'abandoned')
    await this.#inner.return?.()
    return { done: true, value: undefined }
  }

  readonly #see = ({ done, value }: IteratorResult<MessageStreamEvent>): void => {
    if (done === true) return this.#end('failed') // without its message_stop
    switch (value.type) {
      case 'content_block_delta':
        if (isWritten(value.delta)) this.#pieces += 1
        return
      case 'message_start':
        this.#usage = value.message.usage
        return
      case 'message_delta':
        this.#usage = { ...noUsage, ...this.#usage, ...said(value.usage) }
        this.#pieces = 0
        return
      case 'message_stop':
        return this.#end('answered')
      case 'error':
        return this.#end('failed')
      case 'content_block_start':
      case 'content_block_stop':
      case 'ping':
    }
  }

  readonly #fail = (): void => this.#end(this.#isGone() ? 'abandoned' : 'failed')

  #end(outcome: Settlement['outcome']): void {
    if (this.#ended) return
    this.#ended = true
    this.#settle(outcome, this.#known())
  }

  /** Until a model has said how much it wrote, every piece of its answer counts as a token: it has one at least. */
  #known(): Usage | undefined {
    const usage = this.#usage
    if (usage === undefined || this.#pieces <= usage.output_tokens) return usage
    return { ...usage, output_tokens: this.#pieces }
  }
}

const noUsage: Usage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
}

/** Whether the model wrote something of a piece: citations, signatures and a tool's empty first piece cost nothing. */
function isWritten(delta: BlockDelta): boolean {
  switch (delta.type) {
    case 'text_delta':
    case 'thinking_delta':
      return true
    case 'input_json_delta':
      return delta.partial_json !== ''
    default:
      return false
  }
}

/** Without what is null: some servers say so of what they have said before. */
function said(usage: Partial<Usage>): Partial<Usage> {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null && value !== undefined))
}

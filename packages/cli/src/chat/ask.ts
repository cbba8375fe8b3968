import { once } from 'node:events'
import { costContextOf } from '@outcrop/client/cost'
import type { BilledUsage, MessageParam } from '@outcrop/protocol'
import { toCommandFailure } from '../endpoint/to-command-failure.ts'
import { dim, type Io, printable } from '../io.ts'
import { type AnswerCost, costOfAnswer } from './answer-cost.ts'
import { readAnswer } from './read-answer.ts'
import { readRefusal } from './read-refusal.ts'

/** Where questions go, and as whom: the client's own `fetch`, which takes what Anthropic's API takes. */
export interface Line {
  readonly fetch: typeof globalThis.fetch
  /** Without a slash at its end. */
  readonly url: string
  readonly region: string
  /** How long an answer may be silent, before its first byte and between any two. */
  readonly silenceMs: number
  /** Milliseconds of the epoch. */
  readonly now: () => number
}

/** What to ask, of which model, and where. */
export interface Question {
  readonly line: Line
  readonly model: string
  readonly system?: string
  readonly maxTokens: number
  readonly messages: readonly MessageParam[]
  /** Gives up on the answer; what has come by then is kept. */
  readonly signal?: AbortSignal
}

/** The tokens that an answer took. */
interface AnswerUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Read from the cache or written to it. */
  readonly cachedTokens: number
}

/** A streamed answer as far as it came: whole, or up to where it was given up on. */
export interface Answer {
  readonly text: string
  readonly stopReason: string | null
  readonly usage: AnswerUsage | null
  readonly cost: AnswerCost
  readonly requestId: string | null
  readonly simulated: boolean
  readonly warning: string | null
}

/** Asks for a streamed answer and hands every piece of text on as it comes. */
export async function ask(question: Question, onText: (text: string) => Promise<void>): Promise<Answer> {
  const { line, signal } = question
  const got: { text: string; stopReason: string | null; usage: BilledUsage | null; about: unknown; headers: Headers } =
    {
      text: '',
      stopReason: null,
      usage: null,
      about: undefined,
      headers: new Headers(),
    }
  try {
    const response = await send(question)
    got.headers = response.headers
    if (!response.ok) throw await readRefusal(response)
    for await (const event of readAnswer(response, line)) {
      if (event.kind === 'text') {
        got.text += event.text
        await onText(event.text)
      } else if (event.kind === 'stop') got.stopReason = event.reason
      else ({ usage: got.usage, about: got.about } = event)
    }
  } catch (cause) {
    if (signal?.aborted !== true) throw toCommandFailure(cause, line.url)
  }
  const { headers, usage } = got
  const context = costContextOf(headers, got.about) ?? { modelId: question.model, region: line.region }
  return {
    text: got.text,
    stopReason: got.stopReason,
    usage: usage && countsOf(usage),
    cost: costOfAnswer(usage, { ...context, now: line.now() }),
    requestId: shown(headers, 'request-id'),
    simulated: headers.get('x-outcrop-simulated') === 'true',
    warning: shown(headers, 'x-outcrop-warning'),
  }
}

function send({ line, model, system, maxTokens, messages, signal }: Question): Promise<Response> {
  const body = {
    model,
    max_tokens: maxTokens,
    stream: true,
    messages,
    ...(system !== undefined && { system: [{ type: 'text', text: system }] }),
  }
  const headers = { 'content-type': 'application/json' }
  return line.fetch('/v1/messages', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  })
}

function shown(headers: Headers, name: string): string | null {
  const value = headers.get(name)
  return value === null ? null : printable(value)
}

function countsOf(usage: BilledUsage): AnswerUsage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cachedTokens: (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
  }
}

/** Where the pieces of an answer go as they come. */
export interface Printer {
  readonly write: (text: string) => Promise<void>
  /** Ends the line that the last piece of text left open. */
  readonly endLine: () => void
}

/** Writes pieces of text as they come, harmless to a terminal, and waits when the reader is slower. */
export function createPrinter({ stdout }: Io): Printer {
  let last = '\n'
  return {
    write: async (text) => {
      const shown = stdout.isTTY === true ? printable(text) : text
      last = shown.at(-1) ?? last
      if (!stdout.write(shown)) await once(stdout, 'drain')
    },
    endLine: () => {
      if (last !== '\n') stdout.write('\n')
      last = '\n'
    },
  }
}

/** Says on standard error what the answer took and what that costs, and whatever else its reader should know. */
export function printFooter(answer: Answer, model: string, io: Io): void {
  const { usage, stopReason, simulated, warning } = answer
  const facts = [
    usage === null ? 'no token count, cost unknown' : `${usage.inputTokens} tokens in, ${usage.outputTokens} out`,
    usage !== null && usage.cachedTokens > 0 ? `${usage.cachedTokens} cached` : '',
    usage === null ? '' : describeCost(answer),
    stopReason === 'end_turn' ? '' : describeStop(stopReason),
    simulated ? 'simulated' : '',
  ]
  if (warning !== null) io.stderr.write(`${dim(`warning: ${warning}`, io.stderr, io.env)}\n`)
  io.stderr.write(`${dim(`${model}: ${facts.filter((fact) => fact !== '').join(', ')}`, io.stderr, io.env)}\n`)
}

function describeCost({ cost, simulated }: Answer): string {
  if (cost.usd === null) return `cost unknown (${cost.unknown})`
  // A simulator takes no money: this is what the same tokens cost elsewhere.
  return simulated ? `$${cost.usd} at Bedrock` : `$${cost.usd}`
}

function describeStop(reason: string | null): string {
  if (reason === null) return 'stopped by you'
  return reason === 'max_tokens' ? 'cut off at the limit of tokens' : `stopped by ${printable(reason)}`
}

import { once } from 'node:events'
import type { BilledUsage, ConverseMessage, ConverseRequest } from '@outcrop/protocol'
import { callEndpoint, type Endpoint } from '../endpoint/call-endpoint.ts'
import { CommandFailure } from '../failure.ts'
import { dim, type Io, printable } from '../io.ts'
import { type AnswerCost, costOfAnswer } from './answer-cost.ts'
import { readAnswer } from './read-answer.ts'

/** What to ask, of which model, and where. */
export interface Question {
  readonly endpoint: Endpoint
  readonly model: string
  readonly system?: string
  readonly maxTokens?: number
  readonly messages: readonly ConverseMessage[]
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

/** Asks through ConverseStream and hands every piece of text on as it comes. */
export async function ask(question: Question, onText: (text: string) => Promise<void>): Promise<Answer> {
  const { endpoint, model, system, maxTokens, messages, signal } = question
  const json: ConverseRequest = {
    messages,
    ...(system !== undefined && { system: [{ text: system }] }),
    ...(maxTokens !== undefined && { inferenceConfig: { maxTokens } }),
  }
  const path = `/model/${encodeURIComponent(model)}/converse-stream`
  let text = ''
  let stopReason: string | null = null
  let usage: BilledUsage | null = null
  let latency: string | null = null
  let headers: Readonly<Record<string, string | string[] | undefined>> = {}
  try {
    const answer = await callEndpoint(endpoint, { method: 'POST', path, json, ...(signal && { signal }) })
    headers = answer.headers
    if (headers['content-type'] !== 'application/vnd.amazon.eventstream') {
      throw new CommandFailure(`${endpoint.url} did not answer with an event stream: is it a Bedrock endpoint?`)
    }
    for await (const event of readAnswer(answer.body)) {
      if (event.kind === 'text') {
        text += event.text
        await onText(event.text)
      } else if (event.kind === 'stop') stopReason = event.reason
      else ({ usage, latency } = event)
    }
  } catch (cause) {
    if (!signal?.aborted) throw cause
  }
  const header = (name: string): string | null => {
    const value = headers[name]
    return typeof value === 'string' ? printable(value) : null
  }
  return {
    text,
    stopReason,
    usage: usage && countsOf(usage),
    cost: costOfAnswer(usage, { modelId: model, region: endpoint.region, now: endpoint.now(), latency }),
    requestId: header('x-amzn-requestid'),
    simulated: header('x-outcrop-simulated') === 'true',
    warning: header('x-outcrop-warning'),
  }
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

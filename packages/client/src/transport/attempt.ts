import type { Authorizer } from '../credentials/create-authorizer.ts'
import { type BedrockFailure, BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { isOwnMemory } from '../signing/payload-hash.ts'
import { checkStream } from '../reliability/check-stream.ts'
import { holdUntilContent } from '../reliability/hold-until-content.ts'
import { lazily } from '../lazily.ts'
import { mayBeUnknownOperation } from '../reliability/unknown-operation.ts'
import { readWholeText } from '../reliability/read-whole-text.ts'
import { readFailureText } from '../reliability/read-failure-text.ts'
import type { TimedFetch } from '../reliability/timed-fetch.ts'
import type { JsonObject } from '@outcrop/protocol'
import { runtimeMessages } from '../wires/messages.ts'
import type { AnswerContext, WireEvent } from '../wires/wire-adapter.ts'
import type { HttpRequest } from './http-request.ts'
import type { Prepared } from './prepare.ts'
import { readBody } from './read-body.ts'

/** A whole answer: what is handed on, and what it says. */
export interface WholeMessage {
  readonly text: string
  readonly value: JsonObject
}

/** An answer; a streamed one is one once its first content is there. */
export type Answered =
  | { readonly kind: 'message'; readonly message: WholeMessage; readonly answer: AnswerContext }
  | { readonly kind: 'events'; readonly events: AsyncIterator<WireEvent>; readonly answer: AnswerContext }

/** What one attempt came to. */
export type Outcome =
  Answered | { readonly kind: 'failed'; readonly failure: BedrockFailure; readonly sent: HttpRequest }

/** What an attempt needs from outside. */
export interface AttemptTools {
  /** Keeps the limits on waiting. */
  readonly fetch: TimedFetch
  readonly authorizer: Authorizer
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** Tells of a thing once. */
  readonly warn: (warning: string) => void
}

/**
 * Sends a prepared call once. What Bedrock says in an answer or before the first content of a stream is the outcome; what `fetch`
 * and the first reading of a body throw is thrown on.
 */
export async function attempt(
  prepared: Prepared,
  { fetch, authorizer, now, warn }: AttemptTools,
  init: RequestInit,
  spentMs: number,
): Promise<Outcome> {
  const begunAt = now()
  const sent = await authorizer.authorize(prepared.request, prepared.audience, init.signal)
  const sentAt = now()
  const { method, headers, body } = sent
  const { isStream } = prepared
  const response = await fetch(
    sent.url,
    // Bedrock never redirects, and nobody else is to get what was signed for it.
    { redirect: 'manual', ...init, method, headers, ...(body !== undefined && { body: toBody(body) }) },
    { isStream, spentMs: spentMs + sentAt - begunAt },
  )
  const answer = contextOf(prepared, response, { now, warn }, sentAt)
  if (prepared.isStream && response.ok && isEventStream(response.headers))
    return openStream(prepared, response, answer, sent)
  return answerOrFailure(sent, answer, async () => {
    const text = response.ok ? await readWholeText(response, answer) : await readFailureText(response)
    const failure = await findFailure(prepared, response, text, answer)
    if (failure !== undefined) throw new BedrockFailureError(failure)
    return { kind: 'message', message: await readMessage(prepared, response, text, answer), answer }
  })
}

/** The message, as text and parsed; a text that is no JSON is no answer. */
async function readMessage(
  prepared: Prepared,
  { status, headers }: Response,
  body: string,
  answer: AnswerContext,
): Promise<WholeMessage> {
  const message = prepared.adapter.decode(body, answer)
  if (typeof message !== 'string') return { text: JSON.stringify(message), value: message }
  try {
    return { text: message, value: JSON.parse(message) as JsonObject }
  } catch (cause) {
    const { readStrangeAnswer } = await failures()
    const { region, modelId, now } = answer
    const strange = { status, headers, body, region, modelId, nowMs: now() }
    const { wire } = prepared.target
    throw new BedrockFailureError(readStrangeAnswer({ ...strange, wire, operation: prepared.operation }), { cause })
  }
}

/** A failure that is thrown while an answer is read is one that it tells of; everything else is thrown on. */
async function answerOrFailure(
  sent: HttpRequest,
  answer: AnswerContext,
  read: () => Promise<Answered>,
): Promise<Outcome> {
  try {
    return await read()
  } catch (error) {
    const { sortThrown } = await import('../reliability/thrown.ts')
    const thrown = sortThrown(error, answer)
    if (thrown.kind !== 'failure') throw error
    return { kind: 'failed', failure: thrown.failure, sent }
  }
}

// What an answer that went well has no use for.
const failures = lazily(() => import('../reliability/read-failure.ts'))

async function findFailure(
  prepared: Prepared,
  { ok, status, headers }: Response,
  body: string,
  { region, modelId, now }: AnswerContext,
): Promise<BedrockFailure | undefined> {
  // Every wire answers a JSON object; the sign-in page of a network does not.
  const isOther = prepared.isStream || !/^\s*\{/.test(body)
  if (ok && !isOther && !mayBeUnknownOperation(status, body)) return undefined
  const { isUnknownOperation, readFailure, readStrangeAnswer } = await failures()
  const { wire } = prepared.target
  const failed = { status, headers, body, region, modelId, nowMs: now() }
  if (!ok) return readFailure(failed)
  return isOther || isUnknownOperation(status, body)
    ? readStrangeAnswer({ ...failed, wire, operation: prepared.operation })
    : undefined
}

function contextOf(
  { target, model }: Prepared,
  { headers }: Response,
  { now, warn }: Pick<AttemptTools, 'now' | 'warn'>,
  sentAt: number,
): AnswerContext {
  return {
    modelId: target.modelId,
    anthropicName: model?.anthropicName,
    requestId: headers.get('x-amzn-requestid') ?? headers.get('request-id') ?? undefined,
    region: target.region,
    headers,
    now,
    sentAt,
    warn,
  }
}

// `fetch` takes only bytes that no worker shares, which ours never do: large ones are not copied for the sake of a type.
function toBody(body: string | Uint8Array): BodyInit {
  return typeof body === 'string' || isOwnMemory(body) ? body : new Uint8Array(body)
}

function isEventStream(headers: Headers): boolean {
  return /^(application\/vnd\.amazon\.eventstream|text\/event-stream)/i.test(headers.get('content-type') ?? '')
}

async function openStream(
  prepared: Prepared,
  response: Response,
  answer: AnswerContext,
  sent: HttpRequest,
): Promise<Outcome> {
  // A gateway may answer the binary wires with Anthropic's own events.
  const isSse = /^text\/event-stream/i.test(response.headers.get('content-type') ?? '')
  const adapter = isSse ? runtimeMessages : prepared.adapter
  const events = checkStream(adapter.events(readBody(response.body), answer), answer)
  return answerOrFailure(sent, answer, async () => ({
    kind: 'events',
    events: await holdUntilContent(events, answer),
    answer,
  }))
}

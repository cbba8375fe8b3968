import { type BilledUsage, readSse } from '@outcrop/protocol'
import { silentFor } from '../endpoint/to-command-failure.ts'
import { CommandFailure } from '../failure.ts'
import { printable } from '../io.ts'
import { isRecord } from './is-record.ts'
import { parseObject } from './read-refusal.ts'

/** What a person sees of a streamed answer. */
export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stop'; readonly reason: string }
  /** The end of it: the counts, and Bedrock's own words about the answer. */
  | { readonly kind: 'end'; readonly usage: BilledUsage | null; readonly about: Payload }

type Payload = Readonly<Record<string, unknown>>

/** Where an answer comes from, for what is said when it breaks off. */
export interface AnswerSource {
  readonly url: string
  readonly silenceMs: number
}

/** Reads Anthropic's events of a streamed answer; where it breaks off is a `CommandFailure`. */
export async function* readAnswer(response: Response, source: AnswerSource): AsyncGenerator<AnswerEvent> {
  let counts: Payload = {}
  for await (const { event, data } of readSse(bytesOf(response))) {
    const payload = parseObject(data)
    switch (event) {
      case 'error':
        throw brokenOff(payload, source)
      case 'message_start':
        counts = usageIn(payload['message'])
        break
      case 'content_block_delta': {
        const text = isRecord(payload['delta']) ? payload['delta']['text'] : undefined
        if (typeof text === 'string') yield { kind: 'text', text }
        break
      }
      case 'message_delta':
        counts = { ...counts, ...usageIn(payload) }
        yield* readStop(payload)
        break
      case 'message_stop':
        yield { kind: 'end', usage: readUsage(counts), about: payload }
        break
      default: // an event of a later kind is passed over
    }
  }
}

async function* bytesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body
}

function* readStop({ delta }: Payload): Generator<AnswerEvent> {
  const reason = isRecord(delta) ? delta['stop_reason'] : undefined
  if (typeof reason === 'string') yield { kind: 'stop', reason }
}

function brokenOff({ error }: Payload, { url, silenceMs }: AnswerSource): CommandFailure {
  const told: Payload = isRecord(error) ? error : {}
  if (told['type'] === 'timeout_error' && told['aws_code'] === undefined) return silentFor(silenceMs, url)
  const code = typeof told['aws_code'] === 'string' ? `${told['aws_code']}: ` : ''
  const message = typeof told['message'] === 'string' ? told['message'] : 'no message'
  return new CommandFailure(printable(`the answer broke off: ${code}${forPerson(message)}`))
}

/** The client's words are for code too: a person has seen what came, and that it is not all. */
function forPerson(message: string): string {
  return message
    .replace(/^The streamed answer is not complete: /, '')
    .replace(/ What came of it is in "partial".*$/, '')
}

function usageIn(value: unknown): Payload {
  const usage = isRecord(value) ? value['usage'] : undefined
  return isRecord(usage) ? usage : {}
}

/** The counts of an answer; `null` where one is no count: none is taken for zero. */
function readUsage(usage: Payload): BilledUsage | null {
  const written = isRecord(usage['cache_creation']) ? usage['cache_creation'] : {}
  const counts = [
    usage['input_tokens'],
    usage['output_tokens'],
    usage['cache_read_input_tokens'] ?? 0,
    usage['cache_creation_input_tokens'] ?? 0,
    written['ephemeral_5m_input_tokens'] ?? 0,
    written['ephemeral_1h_input_tokens'] ?? 0,
  ]
  if (!counts.every(isCount)) return null
  const [input = 0, output = 0, read = 0, creation = 0, fiveMinutes = 0, hour = 0] = counts
  const tier = usage['service_tier']
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: creation,
    ...(isRecord(usage['cache_creation']) && {
      cache_creation: { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: hour },
    }),
    service_tier: typeof tier === 'string' ? tier : null,
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

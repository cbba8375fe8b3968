import type { JsonObject } from '@outcrop/protocol'
import type { BedrockCallOptions } from '../options.ts'

/** What is asked of a model, in Anthropic's words, already adapted to the model and the wire. */
export interface WireCall {
  /** A Messages body without `model`, `stream`, `anthropic_version` and `anthropic_beta`. */
  readonly body: JsonObject
  readonly modelId: string
  readonly stream: boolean
  readonly betas: readonly string[]
  readonly anthropicVersion: string
  readonly bedrock: BedrockCallOptions
}

/** The same as a wire says it. */
export interface WireRequest {
  /** What follows the endpoint's URL; begins with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
  /** What could not be carried and has no effect. */
  readonly warnings: readonly string[]
}

/** One event of a streamed answer: Anthropic's name of it and its JSON, unparsed. */
export interface WireEvent {
  readonly name: string
  readonly data: string
  /** What the data says, once somebody has read it; of deltas alone, which nobody changes. */
  parsed?: JsonObject
}

/** What is known of an answer beside its body. */
export interface AnswerContext {
  /** As it was sent. */
  readonly modelId: string
  /** What Anthropic calls the model, where the catalogue knows it. */
  readonly anthropicName?: string | undefined
  readonly requestId?: string | undefined
  readonly region: string
  readonly headers: Headers
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** When the request was sent. */
  readonly sentAt: number
  /** Hears of what an answer says and Messages has no word for. */
  readonly warn?: ((warning: string) => void) | undefined
}

/** How one wire says what is asked, and what its answers mean in Anthropic's words. */
export interface WireAdapter {
  readonly plane: 'runtime' | 'mantle'
  /** Throws `WireRefusal` for what the wire cannot carry. */
  encode(call: WireCall): WireRequest
  /** The Message of a whole answer, parsed or as JSON text. */
  decode(body: string, answer: AnswerContext): JsonObject | string
  /** The events of a streamed answer; throws `BedrockFailureError` for a failure that the stream tells of. */
  events(chunks: AsyncIterable<Uint8Array>, answer: AnswerContext): AsyncIterable<WireEvent>
}

/** What a wire cannot carry: refused before anything is sent, with a text that says what to do. */
export class WireRefusal extends Error {
  override readonly name = 'WireRefusal'
}

import type { JsonObject } from '@outcrop/protocol'
import type { StreamSource } from '../reliability/hold-until-content.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'

/**
 * How the text of an answer came to fit the caller's schema: the model was held to it, it called a tool that was forced on
 * it, it read the schema in its prompt, or it did so on being told what was wrong.
 */
type StructuredWay = 'native' | 'tool' | 'tool-repaired' | 'prompt' | 'prompt-repaired'

/** A Messages call that a model takes, in place of one whose `output_config.format` or strict tools it refuses. */
export interface StructuredPlan {
  /** As the call begins; absent where tools alone were to be strict. */
  readonly way: 'tool' | 'prompt' | undefined
  /** What to send in place of the caller's body. */
  readonly body: JsonObject
  /** What is different from what was asked for. */
  readonly warnings: readonly string[]
  /** Reads a whole answer. */
  readonly read: (message: JsonObject) => Reading
  /**
   * Turns the events of a streamed answer into those that were asked for, and throws a `BedrockStreamError` at the end of an
   * answer that is wrong.
   */
  readonly events: (events: AsyncIterable<WireEvent>, surroundings: StreamSurroundings) => AsyncIterable<WireEvent>
}

/** What a streamed answer needs from outside. */
export interface StreamSurroundings {
  /**
   * Sends a Messages body and gives the events of its answer; called once at most, and as long as no text and no call of a
   * tool has been passed on.
   */
  readonly ask: (body: JsonObject) => Promise<AsyncIterable<WireEvent>>
  readonly source: StreamSource
}

/** What a whole answer came to; after a repair, `read` takes the answer to it. */
export type Reading =
  Done | { readonly kind: 'repair'; readonly body: JsonObject; readonly read: (message: JsonObject) => Done | Failed }

/** The answer as the model would have given it natively. */
export interface Done {
  readonly kind: 'done'
  readonly message: JsonObject
  /** Absent where no format was asked for. */
  readonly way: StructuredWay | undefined
}

/** The model was told what was wrong and answered wrongly again; `message` says what came, and what was wrong with it. */
export interface Failed {
  readonly kind: 'failed'
  /** No client repeats a 422 by itself: each time costs a whole answer. */
  readonly status: 422
  readonly type: 'api_error'
  readonly message: string
}

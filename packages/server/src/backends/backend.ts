import type { MessagesRequest, MessagesSurface, ModelEntry, Scope } from '@outcrop/protocol'
import type { ApplicationProfileUse, Identity } from '../call.ts'
import type { HeaderMap } from '../exchange.ts'
import type { ModelEvents, ModelMessage } from '../faults.ts'

/** A call as a backend sees it: the model that routing chose, and the request in the language of Messages. */
export interface BackendCall {
  /** A UUID; that of the batch job's record, where it is one. */
  readonly requestId: string
  /** What the catalogue says of the model. */
  readonly model: ModelEntry
  /** Through which it answers. */
  readonly scope: Scope
  /** The application profile that the caller named, where it did. */
  readonly application?: ApplicationProfileUse | undefined
  /** Whether it is a record of a batch job, which costs half and takes nothing from the quotas of calls. */
  readonly isBatch?: boolean | undefined
  /** The id in the caller's path or body, decoded: a model, a profile or an ARN. */
  readonly modelId: string
  /** The fault that the id asked for, as written behind it; `modelId` has it no more. */
  readonly askedFault?: string | undefined
  /** The language that the caller speaks. */
  readonly wire: 'invoke' | 'converse' | 'messages'
  /** Where a call in Anthropic's own language came in. */
  readonly surface?: MessagesSurface | undefined
  /** The latency and the service tier that were asked for beside the request, by a header or in Converse's own members. */
  readonly latency?: string | undefined
  readonly serviceTier?: string | undefined
  readonly caller: Identity
  readonly headers: HeaderMap
  readonly request: MessagesRequest
  /** How documents reach the model: Converse without citations extracts text only, all else is visual (WIRE §6.4). */
  readonly documentMode: 'visual' | 'per-citations'
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** What a backend answers, whole or as it is made. Errors before the first event are thrown as `GatewayError`. */
export interface Backend {
  readonly name: string
  /** Whether requests may ask it to go wrong, and so name a fault behind the id of their model. */
  readonly takesFaults?: boolean
  /** Headers that tell the caller who answered, added to every answer of this backend. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** The headers of an answer by one model, where the backend says more of it than `headers`. */
  headersFor?(model: ModelEntry): Backend['headers']
  complete(call: BackendCall): Promise<ModelMessage>
  /** Counts the input tokens that the same request would be charged with. */
  countTokens(call: BackendCall): Promise<number>
  /**
   * Resolves once the call is accepted; the events then follow the order of WIRE §4.3, `message_start` to
   * `message_stop`. The last event carries no metrics: the edge measures them.
   */
  stream(call: BackendCall): Promise<ModelEvents>
}

/** The headers of an answer by a model. */
export function answerHeaders(backend: Backend, model: ModelEntry): Backend['headers'] {
  return backend.headersFor?.(model) ?? backend.headers
}

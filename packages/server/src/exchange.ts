/** The small universal exchange: what any HTTP version brings in, and what any handler answers. */

/** Header names in lower case. Repeated headers are joined with `, `; HTTP/2 pseudo-headers keep their colon (`:authority`). */
export type HeaderMap = Readonly<Record<string, string>>

/** A request, whichever HTTP version brought it: the head as received, the body to be read once. */
export interface Exchange {
  readonly method: string
  /** The path exactly as received, percent-encoding untouched, without the query. */
  readonly rawPath: string
  /** The query exactly as received, without `?`; `''` when there is none. */
  readonly rawQuery: string
  readonly headers: HeaderMap
  readonly httpVersion: '1.1' | '2'
  /** The peer's address, for logs. */
  readonly remoteAddress: string
  /** When the request head arrived, in milliseconds of the epoch. */
  readonly arrivedAt: number
  /** Aborts when the caller goes away before the answer is complete. */
  readonly signal: AbortSignal
  /**
   * Reads the whole body. Throws `GatewayError('requestTooLarge')` without reading past the limit, and
   * `GatewayError('unavailable')` when the bytes in flight over all connections are at their cap. `onChunk` sees every
   * piece as it arrives, so that it can be hashed on the way.
   */
  readBody(onChunk?: (chunk: Uint8Array) => void): Promise<Uint8Array>
}

/** An answer before it is written: status, headers in order, and a body whole or in chunks. */
export interface Reply {
  readonly status: number
  /** Written in this order, names as spelled here (lower-cased on HTTP/2). `date` and `content-length` are added by the edge. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** One buffer, or chunks written as they come with backpressure. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

/** The inner door: tests call it without a socket, the listener calls it for every request. */
export type Handle = (exchange: Exchange) => Promise<Reply>

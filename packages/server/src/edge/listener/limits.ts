/** What one peer, and all of them together, may take from the listener; `LimitsConfig` of the configuration fits it. */
export interface ListenerLimits {
  /** A request's whole head: request line or pseudo-headers, and every header. */
  readonly headerBytes: number
  readonly bodyBytes: number
  /** Request bytes held in memory over all connections. */
  readonly bytesInFlight: number
  /** How long a request's head may take to arrive. */
  readonly headersMs: number
  /** How long a whole request may take to arrive, and how long a peer may take nothing of an answer that waits for it. */
  readonly requestMs: number
  /** How long a connection may stay open between requests. */
  readonly idleMs: number
  /** How long a shutdown waits for answers in progress. */
  readonly shutdownMs: number
}

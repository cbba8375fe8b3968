import { GatewayError, type GatewayErrorOptions } from '@outcrop/protocol'

/** Bedrock's throttling, for want of a quota. */
export class Throttled extends GatewayError {
  /** How long to wait before the same call can be admitted; Bedrock never says (WIRE §10), so that it is told only by configuration. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, retryAfterMs?: number, options: GatewayErrorOptions = {}) {
    super('throttled', message, options)
    this.retryAfterMs = retryAfterMs
  }
}

import type { Identity } from '../call.ts'

/** An identity that the headers claim and the body has to confirm. */
export interface Pending {
  /** Takes body bytes as they arrive; they are hashed only when a signature covers them. */
  update(chunk: Uint8Array): void
  /** Who is calling, once the whole body was seen. Throws `GatewayError` when the signature is not theirs. */
  finish(): Identity
}

/** An identity that does not depend on the body. */
export function settled(identity: Identity): Pending {
  return { update: ignore, finish: () => identity }
}

function ignore(): void {}

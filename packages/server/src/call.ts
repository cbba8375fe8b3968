import type { Exchange } from './exchange.ts'

/** Who is calling, as identity found out; enough for STS, for refusals that name the caller, and for the log. */
export interface Identity {
  readonly how: 'anonymous' | 'unverified' | 'sigv4' | 'short-term-key' | 'long-term-key' | 'bearer'
  /** The name in the configuration, or a redacted name for a credential that nobody configured. Never a secret. */
  readonly user: string
  readonly arn: string
  /** IAM's unique id of the caller, such as `AIDA…`. */
  readonly userId: string
  /** Twelve digits. */
  readonly account: string
  /** The Region this call is for: its signature's or short-term key's, else its credential's, else the configured one. */
  readonly region: string
  readonly accessKeyId: string | null
  /** The models that the credential may call, as its `allow` lists them; all of them when it lists none. */
  readonly allow?: readonly string[] | undefined
  /** Whether the credential may use the admin API. */
  readonly isAdmin?: boolean | undefined
}

/** An application profile as a call uses it. */
export interface ApplicationProfileUse {
  readonly arn: string
  /** Its tags when the call was made. */
  readonly tags: Readonly<Record<string, string>>
}

/** One request from arrival to settlement: the value that travels through every stage. */
export interface Call {
  /** A UUID, answered as `x-amzn-RequestId`. */
  readonly requestId: string
  readonly exchange: Exchange
  readonly identity: Identity
  readonly body: Uint8Array
}

/** What identity needs to know of the configuration; the shape of its `auth` section, complete. */
export interface IdentityOptions {
  /** `open` accepts every caller and believes the name given; `strict` verifies signatures and keys. */
  readonly mode: 'open' | 'strict'
  readonly credentials: readonly CredentialOptions[]
  /** The Region of callers whose credentials name none. */
  readonly region: string
  /** The account of callers whose credentials name none. */
  readonly account: string
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** Host names under which web pages may call an open endpoint, besides loopback and IP addresses. */
  readonly listenHosts?: readonly string[]
  /** Origins whose web pages may call an open endpoint, besides loopback. */
  readonly origins?: readonly string[]
}

/** A caller that the operator knows, by an AWS key pair or by a bearer key. */
export type CredentialOptions = KeyPairOptions | BearerOptions

interface CallerOptions {
  readonly user: string
  readonly account?: string
  readonly region?: string
  /** The models that the credential may call; all of them when absent. */
  readonly allow?: readonly string[]
  /** Whether it may use the admin API. */
  readonly admin?: boolean
}

interface KeyPairOptions extends CallerOptions {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

interface BearerOptions extends CallerOptions {
  readonly bearer: string
}

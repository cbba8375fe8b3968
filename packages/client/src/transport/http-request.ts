import type { Scope } from '@outcrop/protocol'
import type { ClientWire } from '../options.ts'

/** What would be sent: names of headers in lower case, a body of bytes or of text that is sent as UTF-8. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
}

/** Who a request is for: what SigV4 signs it for. */
export interface Audience {
  readonly service: 'bedrock' | 'bedrock-mantle' | 'sts' | 'servicequotas'
  readonly region: string
}

/** Where each of Bedrock's hosts is; URLs without a slash at their end, path prefixes included. */
export interface Endpoints {
  readonly runtime: string
  readonly mantle: string
  readonly control: string
}

/** One place to send a call to. */
export interface Target {
  readonly region: string
  /** Absent where the id does not tell. */
  readonly scope?: Scope | undefined
  /** As it is sent on this wire. */
  readonly modelId: string
  readonly wire: ClientWire
}

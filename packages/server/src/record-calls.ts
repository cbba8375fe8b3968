import { decodeModelIdLabel } from '@outcrop/protocol'
import type { Identity } from './call.ts'
import { matchRoute, type Route } from './edge/route.ts'
import type { Exchange, Handle } from './exchange.ts'
import type { Gatekeeper } from './identity/gatekeeper.ts'

/** A call as it came in and was answered, for tests that look at what their app sent. */
export interface RecordedCall {
  /** The operation, such as `Converse`; for paths that are no operation, what they are: `health` or `unknown`. */
  readonly operation: string
  /** The model as called, decoded; absent where no model is called. */
  readonly modelId?: string
  readonly method: string
  /** Path and query as they arrived, but no presigned query. */
  readonly path: string
  /** The body as JSON, or as text where it is none; absent when it was not read. */
  readonly request?: unknown
  /** In lower case, without those that carry a secret. */
  readonly headers: Readonly<Record<string, string>>
  /** Who called; absent when that was refused. */
  readonly identity?: Identity
  /** The status of the answer; 0 when the connection was dropped without one. */
  readonly status: number
  /** The name of the error in the answer's head, such as `ThrottlingException`. */
  readonly error?: string
}

/** Watches calls from both ends: who the gatekeeper says is calling, and what the handler answers. */
export interface Recorder {
  gatekeeper(watched: Gatekeeper): Gatekeeper
  handle(watched: Handle): Handle
}

/** Creates a recorder that tells of every call as soon as its answer has begun. */
export function createRecorder(onCall: (call: RecordedCall) => void): Recorder {
  const identities = new WeakMap<Exchange, Identity>()
  const record = async (exchange: Exchange, status: number, error: string | undefined): Promise<void> => {
    const identity = identities.get(exchange)
    // With an identity the body has been read, and reading it again costs nothing.
    const request = identity && toRequest(await exchange.readBody())
    const route = matchRoute(exchange)
    const modelId = toModelId(route, request)
    onCall({
      operation: 'operation' in route ? route.operation : (named[route.kind] ?? route.kind),
      ...(modelId !== undefined && { modelId }),
      method: exchange.method,
      path: pathOf(exchange),
      ...(request !== undefined && { request }),
      headers: withoutSecrets(exchange.headers),
      ...(identity && { identity }),
      status,
      ...(error !== undefined && { error }),
    })
  }
  return {
    gatekeeper: (watched) => ({
      beforeBody(exchange, entrance) {
        const pending = watched.beforeBody(exchange, entrance)
        return {
          update: (chunk) => pending.update(chunk),
          finish() {
            const identity = pending.finish()
            identities.set(exchange, identity)
            return identity
          },
        }
      },
    }),
    handle: (handle) => async (exchange) => {
      try {
        const reply = await handle(exchange)
        const type = reply.headers.find(([name]) => name.toLowerCase() === 'x-amzn-errortype')?.[1]
        await record(exchange, reply.status, type?.split(':')[0])
        return reply
      } catch (cause) {
        await record(exchange, 0, undefined)
        throw cause
      }
    },
  }
}

const named: Partial<Record<Route['kind'], string>> = { sts: 'GetCallerIdentity' }

function toRequest(body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined
  const text = Buffer.from(body).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function toModelId(route: Route, request: unknown): string | undefined {
  if (route.kind === 'runtime' || route.kind === 'counting') {
    return decodeModelIdLabel(route.rawModelId) ?? route.rawModelId
  }
  if (route.kind !== 'messages' || typeof request !== 'object' || request === null) return undefined
  return 'model' in request && typeof request.model === 'string' ? request.model : undefined
}

function pathOf({ rawPath, rawQuery }: Exchange): string {
  // A presigned query is a key for as long as it lasts.
  return rawQuery === '' || /x-amz-/i.test(rawQuery) ? rawPath : `${rawPath}?${rawQuery}`
}

/** What tests print and keep must not give keys away, not even those of a test. */
const secrets: ReadonlySet<string> = new Set(['authorization', 'x-amz-security-token', 'x-api-key', 'cookie'])

function withoutSecrets(headers: Exchange['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secrets.has(name)))
}

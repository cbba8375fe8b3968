import type { JsonObject } from '@outcrop/protocol'
import { type Exchange, readBody, splitBetas } from '../transport/anthropic-call.ts'
import { BatchRefusal } from './batch-refusal.ts'

/** What can be asked of batches. */
export type BatchOperation = 'create' | 'retrieve' | 'list' | 'cancel' | 'delete' | 'results'

/** A request of Anthropic's batches, read and checked. */
export interface BatchCall {
  readonly operation: BatchOperation
  /** Empty where none is asked for. */
  readonly id: string
  readonly query: URLSearchParams
  /** Empty where there is none. */
  readonly body: JsonObject
  readonly betas: readonly string[]
  readonly version: string | undefined
  /** Where batches are: what results are found under. */
  readonly batchesUrl: string
  /** How often the caller has tried already: a caller that counts repeats by itself. */
  readonly repeat: number | undefined
}

const routes: ReadonlyArray<readonly [method: string, path: RegExp, operation: BatchOperation]> = [
  ['POST', /^$/, 'create'],
  ['GET', /^$/, 'list'],
  ['GET', /^\/([^/]+)$/, 'retrieve'],
  ['DELETE', /^\/([^/]+)$/, 'delete'],
  ['POST', /^\/([^/]+)\/cancel$/, 'cancel'],
  ['GET', /^\/([^/]+)\/results$/, 'results'],
]

const root = /^(.*\/v1\/messages\/batches)(.*?)\/?$/

/** Reads a request to `/v1/messages/batches` and below it; throws a `BatchRefusal` for what there is not. */
export function readBatchCall(exchange: Exchange): BatchCall {
  const { origin, pathname, searchParams: query } = new URL(exchange.url, 'http://localhost')
  const method = exchange.method.toUpperCase()
  const [, base = '', rest = ''] = root.exec(pathname) ?? []
  const here = routes.filter(([, path]) => path.test(rest))
  if (here.length === 0) throw new BatchRefusal(404, `There is nothing at ${pathname.slice(0, 200)}.`)
  const route = here.find(([taken]) => taken === method)
  if (route === undefined) {
    const taken = here.map(([one]) => one).join(' and ')
    throw new BatchRefusal(405, `${pathname.slice(0, 200)} takes ${taken}, not ${method}.`)
  }
  const [, path, operation] = route
  const headers = exchange.headers instanceof Headers ? exchange.headers : new Headers(exchange.headers)
  const repeat = headers.get('x-stainless-retry-count')
  return {
    operation,
    id: decodeId(path.exec(rest)?.[1] ?? ''),
    query,
    body: operation === 'create' ? bodyOf(exchange) : {},
    // Those of the batch API itself mean nothing to a model.
    betas: splitBetas(headers.get('anthropic-beta')).filter((beta) => !beta.startsWith('message-batches-')),
    version: headers.get('anthropic-version') ?? undefined,
    batchesUrl: origin + base,
    repeat: repeat !== null && /^\d{1,4}$/.test(repeat) ? Number(repeat) : undefined,
  }
}

function bodyOf({ body }: Exchange): JsonObject {
  const read = readBody(body)
  if (read === undefined) throw new BatchRefusal(400, 'The body of /v1/messages/batches has to be a JSON object.')
  return read
}

function decodeId(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new BatchRefusal(400, 'The id of the batch is badly escaped.')
  }
}

import type { Exchange } from '../exchange.ts'
import { type ControlPath, matchControl } from './control-route.ts'
import { type GuardrailRoute, matchGuardrail } from './guardrail-route.ts'
import { matchMessages, type MessagesRoute } from './messages-route.ts'
import unserved from './unserved-operations.json' with { type: 'json' }

type RuntimeOperation = 'InvokeModel' | 'InvokeModelWithResponseStream' | 'Converse' | 'ConverseStream'

/** What a request asks for, read from its method and raw path alone. Path labels stay percent-encoded. */
export type Route =
  | { readonly kind: 'runtime'; readonly operation: RuntimeOperation; readonly rawModelId: string }
  | { readonly kind: 'counting'; readonly operation: 'CountTokens'; readonly rawModelId: string }
  | ControlPath
  | GuardrailRoute
  | MessagesRoute
  | { readonly kind: 'sts' }
  /** A question to Service Quotas. */
  | { readonly kind: 'service-quotas'; readonly operation: string }
  | { readonly kind: 'health'; readonly probe: 'live' | 'ready' }
  /** A question or an order of the operator; the path is what follows `/admin/`. */
  | { readonly kind: 'admin'; readonly path: string }
  /** A Bedrock operation that exists and that Outcrop does not serve. */
  | { readonly kind: 'unserved'; readonly operation: string }
  | { readonly kind: 'unknown' }

const runtimeOperations: Readonly<Record<string, RuntimeOperation>> = Object.assign(Object.create(null), {
  invoke: 'InvokeModel',
  'invoke-with-response-stream': 'InvokeModelWithResponseStream',
  converse: 'Converse',
  'converse-stream': 'ConverseStream',
})

/**
 * Finds what a request asks for. Both planes live on one base URL (WIRE §1.1), and the raw path decides: nothing is
 * decoded or normalised, the operation stands behind the last `/` (WIRE §1.5).
 */
export function matchRoute(exchange: Pick<Exchange, 'method' | 'rawPath' | 'rawQuery' | 'headers'>): Route {
  const { method, rawPath } = exchange
  if (rawPath.startsWith('/model/')) return matchModel(method, rawPath)
  if (rawPath === '/') return matchRoot(exchange)
  if (rawPath.startsWith('/admin/')) return { kind: 'admin', path: rawPath.slice('/admin/'.length) }
  if (method === 'GET' || method === 'HEAD') {
    if (rawPath === '/healthz') return { kind: 'health', probe: 'live' }
    if (rawPath === '/readyz') return { kind: 'health', probe: 'ready' }
  }
  return (
    matchMessages(exchange) ??
    matchControl(method, rawPath) ??
    matchGuardrail(method, rawPath) ??
    matchUnserved(method, rawPath)
  )
}

function matchModel(method: string, rawPath: string): Route {
  const cut = rawPath.lastIndexOf('/')
  const name = rawPath.slice(cut + 1)
  if (method !== 'POST' || cut <= '/model/'.length) return matchUnserved(method, rawPath)
  const rawModelId = rawPath.slice('/model/'.length, cut)
  const operation = runtimeOperations[name]
  if (operation !== undefined) return { kind: 'runtime', operation, rawModelId }
  return name === 'count-tokens'
    ? { kind: 'counting', operation: 'CountTokens', rawModelId }
    : matchUnserved(method, rawPath)
}

const quotasTarget = 'ServiceQuotasV20190624.'

/** The services that have one path: Service Quotas names its operation in a header, STS in a form. */
function matchRoot(exchange: Pick<Exchange, 'method' | 'rawQuery' | 'headers'>): Route {
  const target = exchange.headers['x-amz-target'] ?? ''
  if (exchange.method === 'POST' && target.startsWith(quotasTarget)) {
    return { kind: 'service-quotas', operation: target.slice(quotasTarget.length) }
  }
  return isStsRequest(exchange) ? { kind: 'sts' } : { kind: 'unknown' }
}

/** STS speaks the query protocol on `/`: a form body, or the same parameters in the query. */
function isStsRequest({ method, rawQuery, headers }: Pick<Exchange, 'method' | 'rawQuery' | 'headers'>): boolean {
  if (method === 'GET') return /(?:^|&)Action=/.test(rawQuery)
  return method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
}

interface Template {
  readonly method: string
  readonly segments: readonly string[]
  readonly operation: string
}

const templates: readonly Template[] = unserved.map(({ method, path, name }) => ({
  method,
  segments: path.split('/'),
  operation: name,
}))

function matchUnserved(method: string, rawPath: string): Route {
  const segments = rawPath.split('/')
  const found = templates.find((template) => template.method === method && fits(template.segments, segments))
  return found === undefined ? { kind: 'unknown' } : { kind: 'unserved', operation: found.operation }
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))
  )
}

import type { MessagesSurface } from '@outcrop/protocol'
import type { Exchange } from '../exchange.ts'

/** What a request asks of one of the surfaces that speak Anthropic's Messages API (WIRE §1.3). */
export interface MessagesRoute {
  readonly kind: 'messages'
  readonly surface: MessagesSurface
  readonly operation: MessagesOperation
  /** What follows `/models/`, percent-encoded as it came. */
  readonly rawIdentifier: string
}

/** What can be asked of a surface that speaks Anthropic's Messages API. */
type MessagesOperation =
  | 'CreateMessage'
  | 'CountTokens'
  | 'ListModels'
  | 'GetModel'
  /** OpenAI's routes on mantle, which refuse Claude. */
  | 'OpenAi'
  /** A path of the surface, asked with a method that it does not have. */
  | 'WrongMethod'
  | 'Missing'

interface Path {
  readonly surface: MessagesSurface
  readonly operation: MessagesOperation
  readonly methods: readonly string[]
}

const post = ['POST']
const get = ['GET', 'HEAD']

// The runtime has no `count_tokens` and no list of models: those paths are unknown there (WIRE §1.3).
const paths = new Map<string, Path>([
  ['/anthropic/v1/messages', { surface: 'runtime', operation: 'CreateMessage', methods: post }],
  ['/mantle/anthropic/v1/messages', { surface: 'mantle', operation: 'CreateMessage', methods: post }],
  ['/mantle/anthropic/v1/messages/count_tokens', { surface: 'mantle', operation: 'CountTokens', methods: post }],
  ['/mantle/v1/models', { surface: 'mantle', operation: 'ListModels', methods: get }],
  ['/mantle/v1/chat/completions', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/mantle/v1/responses', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/v1/messages', { surface: 'plain', operation: 'CreateMessage', methods: post }],
  ['/v1/messages/count_tokens', { surface: 'plain', operation: 'CountTokens', methods: post }],
  ['/v1/models', { surface: 'plain', operation: 'ListModels', methods: get }],
])

const onePlainModel = '/v1/models/'

/** Finds the Messages operation of a request; `undefined` when its path belongs to no surface, or not to this caller. */
export function matchMessages({
  method,
  rawPath,
  headers,
}: Pick<Exchange, 'method' | 'rawPath' | 'headers'>): MessagesRoute | undefined {
  const path = paths.get(rawPath)
  if (path !== undefined) {
    const { surface, operation, methods } = path
    // The runtime knows a path only together with its method (WIRE §1.4).
    if (surface === 'runtime' && !methods.includes(method)) return undefined
    if (surface === 'plain' && isSignedForBedrock(headers)) return undefined
    return route(surface, methods.includes(method) ? operation : 'WrongMethod')
  }
  if (rawPath.startsWith(onePlainModel) && rawPath.length > onePlainModel.length && !isSignedForBedrock(headers)) {
    return route('plain', get.includes(method) ? 'GetModel' : 'WrongMethod', rawPath.slice(onePlainModel.length))
  }
  return rawPath === '/mantle' || rawPath.startsWith('/mantle/') ? route('mantle', 'Missing') : undefined
}

function route(surface: MessagesSurface, operation: MessagesOperation, rawIdentifier = ''): MessagesRoute {
  return { kind: 'messages', surface, operation, rawIdentifier }
}

/** Bedrock's own clients reach these paths by mistake, and have to get what Bedrock answers to them (WIRE §1.4). */
function isSignedForBedrock(headers: Exchange['headers']): boolean {
  const authorization = headers['authorization'] ?? ''
  return authorization.startsWith('AWS4-HMAC-SHA256') && authorization.includes('/bedrock/aws4_request')
}

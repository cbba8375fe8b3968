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
  /** OpenAI's routes, which refuse Claude. */
  | 'OpenAi'
  /** The batches of the runtime, asked with a key: its front door wants a signature there. */
  | 'KeyOnBatches'
  /** Every other path of the runtime's route: Bedrock knows no such operation. */
  | 'Unknown'
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

// The runtime has no `count_tokens` and no list of models: those paths are unknown there (WIRE §1.3). OpenAI's routes
// serve other models than Claude, on the runtime as on mantle.
const paths = new Map<string, Path>([
  ['/anthropic/v1/messages', { surface: 'runtime', operation: 'CreateMessage', methods: post }],
  ['/openai/v1/chat/completions', { surface: 'runtime', operation: 'OpenAi', methods: post }],
  ['/openai/v1/responses', { surface: 'runtime', operation: 'OpenAi', methods: post }],
  ['/mantle/anthropic/v1/messages', { surface: 'mantle', operation: 'CreateMessage', methods: post }],
  ['/mantle/anthropic/v1/messages/count_tokens', { surface: 'mantle', operation: 'CountTokens', methods: post }],
  ['/mantle/v1/models', { surface: 'mantle', operation: 'ListModels', methods: get }],
  ['/mantle/v1/chat/completions', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/mantle/v1/responses', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/mantle/openai/v1/chat/completions', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/mantle/openai/v1/responses', { surface: 'mantle', operation: 'OpenAi', methods: post }],
  ['/v1/messages', { surface: 'plain', operation: 'CreateMessage', methods: post }],
  ['/v1/messages/count_tokens', { surface: 'plain', operation: 'CountTokens', methods: post }],
  ['/v1/models', { surface: 'plain', operation: 'ListModels', methods: get }],
])

const oneModel: ReadonlyArray<readonly [string, MessagesSurface]> = [
  ['/v1/models/', 'plain'],
  ['/mantle/v1/models/', 'mantle'],
]

/** Finds the Messages operation of a request; `undefined` when its path belongs to no surface, or not to this caller. */
export function matchMessages(exchange: Asked): MessagesRoute | undefined {
  const { method, rawPath, headers } = exchange
  // Bedrock's own clients reach the plain paths by mistake, and have to get what Bedrock answers to them (WIRE §1.4).
  if (rawPath.startsWith('/v1/') && isSignedForBedrock(headers)) return undefined
  const path = paths.get(rawPath)
  if (path !== undefined) {
    const { surface, operation, methods } = path
    if (methods.includes(method)) return route(surface, operation)
    // The runtime knows a path only together with its method (WIRE §1.4).
    return route(surface, surface === 'runtime' ? 'Unknown' : 'WrongMethod')
  }
  return matchModel(exchange) ?? matchRest(exchange)
}

/** The surface that a path belongs to, as far as the path alone tells. */
export function surfaceOf(rawPath: string): MessagesSurface | undefined {
  return matchMessages({ method: 'POST', rawPath, headers: {} })?.surface
}

/** Whether the callers of a route are OpenAI's clients: its inference routes, and what mantle tells of its models. */
export function speaksOpenAi({ surface, operation }: MessagesRoute): boolean {
  return operation === 'OpenAi' || (surface === 'mantle' && (operation === 'ListModels' || operation === 'GetModel'))
}

type Asked = Pick<Exchange, 'method' | 'rawPath' | 'headers'>

function matchModel({ method, rawPath }: Asked): MessagesRoute | undefined {
  const found = oneModel.find(([prefix]) => rawPath.startsWith(prefix) && rawPath.length > prefix.length)
  if (found === undefined) return undefined
  const [prefix, surface] = found
  return route(surface, get.includes(method) ? 'GetModel' : 'WrongMethod', rawPath.slice(prefix.length))
}

const batches = '/anthropic/v1/messages/batches'

function matchRest({ rawPath, headers }: Asked): MessagesRoute | undefined {
  if (rawPath.startsWith('/v1/')) return route('plain', 'Missing')
  if (rawPath === '/mantle' || rawPath.startsWith('/mantle/')) return route('mantle', 'Missing')
  if (!rawPath.startsWith('/anthropic/') && !rawPath.startsWith('/openai/')) return undefined
  const isBatches = rawPath === batches || rawPath.startsWith(`${batches}/`)
  const hasKeyAlone = headers['authorization'] === undefined && headers['x-api-key'] !== undefined
  return route('runtime', isBatches && hasKeyAlone ? 'KeyOnBatches' : 'Unknown')
}

function route(surface: MessagesSurface, operation: MessagesOperation, rawIdentifier = ''): MessagesRoute {
  return { kind: 'messages', surface, operation, rawIdentifier }
}

function isSignedForBedrock(headers: Exchange['headers']): boolean {
  const authorization = headers['authorization'] ?? ''
  return authorization.startsWith('AWS4-HMAC-SHA256') && authorization.includes('/bedrock/aws4_request')
}

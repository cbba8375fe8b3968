import { signRequest } from '@outcrop/protocol'
import fc from 'fast-check'
import { nodeHasher } from '../../../src/identity/hashing.ts'
import { converseBodies, countBodies, donors, invokeBodies, messagesBodies, schema } from '../input/bodies.ts'
import { type ByteChanges, byteChanges, changeBytes, changeText } from '../input/bytes.ts'
import { changeJson, jsonChanges } from '../input/json.ts'
import { hostileId } from '../targets/ids.ts'
import { known } from './servers.ts'

/** A request as it is written to a socket: nothing of it needs to be right. */
export interface RawRequest {
  readonly method: string
  readonly target: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array
}

/** A sound request of one operation. */
export interface Seed {
  readonly method: string
  /** `*` stands for a model id or another identifier. */
  readonly target: string
  readonly bodies: readonly (object | string)[]
  /** What stands around a body that is JSON inside of JSON. */
  readonly wrap?: (json: string) => string
  /** Set where nothing that could be asked is answered. */
  readonly refused?: true
}

const get = (target: string): Seed => ({ method: 'GET', target, bodies: [''] })
const post = (target: string, bodies: Seed['bodies']): Seed => ({ method: 'POST', target, bodies })
const refused = (seed: Seed): Seed => ({ ...seed, refused: true })

const named = (model: string, stream: boolean): readonly object[] =>
  messagesBodies.map((body) => Object.assign({ model, stream }, body))
const callerIdentity = 'Action=GetCallerIdentity&Version=2011-06-15'

function inOutputConfig(schema: string): string {
  const outputConfig = { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema, name: 'a' } } } }
  return JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Answer as JSON' }] }], outputConfig })
}

/** Sound requests of every operation on every route. */
export const seeds: readonly Seed[] = [
  post('/model/*/invoke', invokeBodies),
  post('/model/*/invoke-with-response-stream', invokeBodies),
  post('/model/*/converse', converseBodies),
  post('/model/*/converse-stream', converseBodies),
  post('/model/*/count-tokens', countBodies),
  {
    ...post('/model/*/count-tokens', invokeBodies),
    wrap: (json) => JSON.stringify({ input: { invokeModel: { body: Buffer.from(json).toString('base64') } } }),
  },
  { ...post('/model/*/converse', [schema]), wrap: inOutputConfig },
  post('/anthropic/v1/messages', [
    ...named('us.anthropic.claude-opus-4-8', false),
    ...named('us.anthropic.claude-opus-4-8', true),
  ]),
  post('/mantle/anthropic/v1/messages', [
    ...named('anthropic.claude-opus-4-8', false),
    ...named('anthropic.claude-opus-4-8', true),
  ]),
  post('/mantle/anthropic/v1/messages/count_tokens', named('anthropic.claude-opus-4-8', false)),
  refused(post('/mantle/v1/chat/completions', [{ model: 'anthropic.claude-opus-4-8', messages: [] }])),
  refused(post('/mantle/v1/responses', [{ model: 'anthropic.claude-opus-4-8', input: 'Hi' }])),
  get('/mantle/v1/models'),
  refused(get('/mantle/*')),
  post('/v1/messages', [...named('claude-opus-4-8', false), ...named('claude-sonnet-4-5', true)]),
  post('/v1/messages/count_tokens', named('claude-opus-4-8', false)),
  get('/v1/models?limit=2&after_id=claude-opus-4-8'),
  get('/v1/models?limit=2&before_id=claude-opus-4-8'),
  get('/v1/models/*'),
  get('/mantle/v1/models/*'),
  refused(post('/openai/v1/chat/completions', [{ model: 'anthropic.claude-opus-4-8', messages: [] }])),
  refused(get('/anthropic/v1/messages/batches/*')),
  get(
    '/foundation-models?byProvider=anthropic&byOutputModality=TEXT&byInferenceType=ON_DEMAND&byCustomizationType=FINE_TUNING',
  ),
  get('/foundation-models/*'),
  get('/inference-profiles?maxResults=2&nextToken=ZnJvbToy&type=SYSTEM_DEFINED'),
  get('/inference-profiles/*'),
  get('/guardrails?maxResults=2'),
  refused(get('/guardrails/*')),
  refused(post('/guardrail/*/version/1/apply', [{ source: 'INPUT', content: [] }])),
  refused({ method: 'PUT', target: '/guardrails/*', bodies: [{ name: 'a' }] }),
  refused({ method: 'DELETE', target: '/guardrails/*', bodies: [''] }),
  post('/', [callerIdentity]),
  get(`/?${callerIdentity}`),
  refused(post('/async-invoke', [{}])),
  refused(get('/async-invoke/*')),
  { method: 'HEAD', target: '/v1/models', bodies: [''] },
  refused({ method: 'OPTIONS', target: '/model/*/invoke', bodies: [''] }),
  get('/healthz'),
  get('/*'),
]

export const soundIds = [
  'anthropic.claude-opus-4-8',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-opus-4-8',
  'anthropic.claude-3-haiku-20240307-v1:0',
  'us.anthropic.claude-sonnet-4-5-20250929-v1%3A0',
  'global.anthropic.claude-haiku-4-5-20251001-v1:0',
  'us.anthropic.claude-opus-5',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fus.anthropic.claude-opus-4-8',
]
const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...soundIds) },
  { weight: 1, arbitrary: hostileId.map(onOneLine) },
)

/** How a caller says who it is. */
type Credential = 'none' | 'keys' | 'temporary' | 'bearer' | 'apiKey'

const headerNames = [
  'authorization',
  'x-amz-date',
  'date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-api-key',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'accept',
  'origin',
  'sec-fetch-site',
  'host',
  'x-outcrop-fault',
  'x-amzn-bedrock-trace',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-request-metadata',
  'x-amzn-bedrock-guardrailidentifier',
  'content-encoding',
  'expect',
  'te',
  'upgrade',
  '__proto__',
  'constructor',
]
const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    '*',
    ',',
    ';',
    '=',
    '{',
    '{"a":"b"}',
    '[[[[',
    '{"__proto__":1}',
    'é',
    '\u00ff',
    '100-continue',
    'null',
    '-1',
  ),
  fc.constantFrom(
    'AWS4-HMAC-SHA256',
    'AWS4-ECDSA',
    'Bearer',
    'Bearer a',
    'Basic YTpi',
    '20261125T000000Z',
    '99999999T999999Z',
    'gzip',
    'application/x-www-form-urlencoded',
  ),
  fc
    .tuple(fc.constantFrom('a', ',', '{', '/', '=', ';', 'a=b,', '%'), fc.nat(4_000))
    .map(([piece, times]) => piece.repeat(times)),
  fc.string({ unit: 'binary', maxLength: 40 }).map(onOneLine),
)

type HeaderChange =
  | { readonly kind: 'add'; readonly name: string; readonly value: string }
  | { readonly kind: 'drop'; readonly at: number }
  | { readonly kind: 'double'; readonly at: number }
  | { readonly kind: 'edit'; readonly at: number; readonly changes: ByteChanges }

const headerChange: fc.Arbitrary<HeaderChange> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), name: fc.constantFrom(...headerNames), value: headerValue }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'double' as const), at: fc.nat(20) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), at: fc.nat(20), changes: byteChanges(2) }) },
)

/** Sound requests of every operation, signed or not, then changed: their path, their headers, their JSON, their bytes. */
export const hostileRequests = (more: readonly Seed[]): fc.Arbitrary<RawRequest> =>
  fc
    .record({
      seed: fc.constantFrom(...seeds, ...more),
      id,
      at: fc.nat(20),
      credential: fc.constantFrom<Credential>('none', 'keys', 'temporary', 'bearer', 'apiKey'),
      json: jsonChanges(4),
      bytes: fc.oneof({ weight: 4, arbitrary: fc.constant<ByteChanges>([]) }, { weight: 1, arbitrary: byteChanges(2) }),
      target: fc.oneof(
        { weight: 6, arbitrary: fc.constant<ByteChanges>([]) },
        { weight: 1, arbitrary: byteChanges(2) },
      ),
      headers: fc.oneof(
        { weight: 2, arbitrary: fc.constant<HeaderChange[]>([]) },
        { weight: 1, arbitrary: fc.array(headerChange, { maxLength: 3 }) },
      ),
    })
    .map(({ seed, id, at, credential, json, bytes, target, headers }) => {
      const sound = seed.bodies[at % seed.bodies.length] ?? ''
      const written = Buffer.from(typeof sound === 'string' ? sound : wrapped(seed, changeJson(sound, json, donors)))
      const body = changeBytes(written, bytes)
      const place = onOneLine(
        changeText(
          seed.target.replace('*', () => id),
          target,
        ),
      )
      const form = sound === callerIdentity
      const signed = sign({ method: seed.method, target: place, body, form }, credential)
      return {
        method: seed.method,
        target: place,
        headers: headers.reduce<RawRequest['headers']>(changeHeaders, signed),
        body,
      }
    })

/** JSON as the body of its seed holds it. */
export function wrapped({ wrap = (whole) => whole }: Pick<Seed, 'wrap'>, json: string): string {
  return wrap(json)
}

/** What would end a line would be another request, which is a target of its own. */
function onOneLine(text: string): string {
  return text
    .replaceAll(/[\r\n\0]/g, '_')
    .replaceAll(' ', '+')
    .replaceAll(/[^\0-\u00ff]/g, '?')
}

interface Unsigned {
  readonly method: string
  readonly target: string
  readonly body: Uint8Array
  readonly form: boolean
}

function sign({ method, target, body, form }: Unsigned, credential: Credential): RawRequest['headers'] {
  const headers: Record<string, string> = {
    host: '127.0.0.1',
    'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
  }
  if (credential === 'bearer') headers['authorization'] = `Bearer ${known.bearer}`
  if (credential === 'apiKey') headers['x-api-key'] = known.bearer
  if (credential === 'keys' || credential === 'temporary') {
    const [rawPath = '', ...query] = target.split('?')
    const service = form ? 'sts' : target.startsWith('/mantle') ? 'bedrock-mantle' : 'bedrock'
    const request = { method, rawPath, rawQuery: query.join('?'), headers }
    const scope = { keys: known[credential], region: 'us-east-1', service, now: Date.now() }
    Object.assign(headers, signRequest(nodeHasher, request, nodeHasher.sha256Hex(body), scope).headers)
  }
  return Object.entries(headers)
}

function changeHeaders(headers: RawRequest['headers'], change: HeaderChange): RawRequest['headers'] {
  if (change.kind === 'add') return [...headers, [change.name, change.value]]
  const at = change.at % Math.max(1, headers.length)
  const found = headers[at]
  if (found === undefined) return headers
  if (change.kind === 'drop') return headers.toSpliced(at, 1)
  if (change.kind === 'double') return headers.toSpliced(at, 0, found)
  return headers.with(at, [found[0], onOneLine(changeText(found[1], change.changes))])
}

/** The bytes of a request in HTTP/1.1, its body whole or in chunks, after which the connection is to end. */
export function toHttp1({ method, target, headers, body }: RawRequest, chunked: boolean): Uint8Array {
  const framing = chunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}${framing}\r\nconnection: close\r\n\r\n`, 'latin1')
  if (!chunked) return Buffer.concat([head, body])
  const size = Math.max(1, Math.ceil(body.length / 3))
  const chunks: Uint8Array[] = [head]
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size)
    chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')])
}

/** A request as its reader needs to see it. */
export function showRequest({ method, target, headers, body }: RawRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\n')
  return `${method} ${target}\n${lines}\n\n${Buffer.from(body).toString()}`
}

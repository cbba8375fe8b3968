import { createHash, createHmac } from 'node:crypto'
import { GatewayError, mintLongTermKey, mintShortTermKey, type SigningScope, signRequest } from '@outcrop/protocol'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../call.ts'
import type { Exchange, HeaderMap } from '../exchange.ts'
import { createGatekeeper } from './gatekeeper.ts'
import { nodeHasher } from './hashing.ts'
import type { IdentityOptions } from './options.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const longTerm = mintLongTermKey('abcd', '111122223333', 'long-term-secret')
const now = Date.UTC(2026, 10, 23, 3, 55, 20, 417)
const path = '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse'
const body = '{"messages":[{"role":"user","content":[{"text":"hé"}]}]}'

const options: IdentityOptions = {
  mode: 'strict',
  credentials: [
    { user: 'ada', accessKeyId: 'AKIDEXAMPLE', secretAccessKey },
    {
      user: 'grace',
      accessKeyId: 'ASIDEXAMPLE',
      secretAccessKey: 'temporary/secret',
      sessionToken: 'IQoJb3JpZ2luX2VjE+/token==',
      account: '111122223333',
      region: 'eu-west-1',
    },
    { user: 'linus', bearer: longTerm, account: '111122223333', region: 'eu-central-1' },
    { user: 'barbara', bearer: 'bedrock-api-key-static' },
  ],
  region: 'us-east-1',
  account: '123456789012',
  now: () => now,
}

const ada = {
  user: 'ada',
  arn: 'arn:aws:iam::123456789012:user/ada',
  userId: 'AIDAPWPMGSYS5GGSZCRPN',
  account: '123456789012',
}

function exchangeOf(headers: HeaderMap, request: Partial<Pick<Exchange, 'method' | 'rawPath' | 'rawQuery'>> = {}) {
  const exchange: Exchange = {
    method: 'POST',
    rawPath: path,
    rawQuery: '',
    headers,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    arrivedAt: now,
    signal: new AbortController().signal,
    readBody: () => Promise.reject(new Error('identity never reads the body itself')),
    ...request,
  }
  return exchange
}

interface Ask {
  readonly options?: Partial<IdentityOptions>
  readonly service?: 'bedrock' | 'sts'
  readonly request?: Partial<Pick<Exchange, 'method' | 'rawPath' | 'rawQuery'>>
  readonly body?: string
  /** Bytes a piece; the whole body in one when absent. */
  readonly piece?: number
}

function admit(headers: HeaderMap, ask: Ask = {}): Identity {
  const gatekeeper = createGatekeeper({ ...options, ...ask.options })
  const pending = gatekeeper.beforeBody(exchangeOf(headers, ask.request), { service: ask.service ?? 'bedrock' })
  const bytes = Buffer.from(ask.body ?? body)
  const piece = ask.piece ?? bytes.length
  for (let at = 0; at < bytes.length; at += piece) pending.update(bytes.subarray(at, at + piece))
  return pending.finish()
}

function refusalOf(run: () => unknown): unknown[] {
  try {
    run()
  } catch (error) {
    if (error instanceof GatewayError) return [error.row.status, error.row.aws, error.message]
    throw error
  }
  throw new Error('nothing was refused')
}

/** Refused before a byte of the body was read. */
function refusedByHeaders(headers: HeaderMap, ask: Ask = {}): unknown[] {
  const gatekeeper = createGatekeeper({ ...options, ...ask.options })
  return refusalOf(() => gatekeeper.beforeBody(exchangeOf(headers, ask.request), { service: ask.service ?? 'bedrock' }))
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret)
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  }
  update(data: Uint8Array) {
    this.#hash.update(data)
  }
  digest() {
    return Promise.resolve(this.#hash.digest())
  }
  reset() {}
}

interface SignOptions {
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  readonly region?: string
  readonly service?: string
  readonly at?: number
  readonly checksum?: boolean
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly path?: string
}

/** Signs as AWS's own signer does, and returns the headers that arrive. */
async function signedByAws(sign: SignOptions = {}): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: sign.keys ?? { accessKeyId: 'AKIDEXAMPLE', secretAccessKey },
    region: sign.region ?? 'us-west-2',
    service: sign.service ?? 'bedrock',
    sha256: Sha256,
    applyChecksum: sign.checksum ?? true,
  })
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: sign.path ?? path,
      headers: sign.headers ?? { host: '127.0.0.1:5151', 'content-type': 'application/json' },
      body: sign.body ?? body,
    },
    { signingDate: new Date(sign.at ?? now) },
  )
  return signed.headers
}

/** Signs with our own signer, which AWS's test suite has proven, where AWS's would not make such a request. */
function signedByUs(scope: Partial<SigningScope> = {}, headers: Record<string, string> = { host: 'h' }) {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }
  const request = { method: 'POST', rawPath: path, rawQuery: '', headers }
  const signed = signRequest(nodeHasher, request, nodeHasher.sha256Hex(body), {
    keys,
    region: 'us-east-1',
    service: 'bedrock',
    now,
    ...scope,
  })
  return { ...headers, ...signed.headers }
}

const mismatch = [
  403,
  'InvalidSignatureException',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
]
const badToken = [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.']
const noToken = [403, 'MissingAuthenticationTokenException', 'Missing Authentication Token']

describe('a signed request in strict mode', () => {
  it('of boto3, as it was recorded, is admitted for the Region of its signature', () => {
    const headers = {
      host: '127.0.0.1:41925',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'x-amz-date': '20261123T035447Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=dac67c22b147c743b5b756030e2b615f9f8308d00786e259a5b5d401f435cddf',
      'content-length': '66',
    }
    const recorded = '{"messages": [{"role": "user", "content": [{"text": "h\\u00e9"}]}]}'
    expect(admit(headers, { body: recorded })).toEqual({
      how: 'sigv4',
      ...ada,
      region: 'us-east-1',
      accessKeyId: 'AKIDEXAMPLE',
    })
    expect(refusalOf(() => admit(headers, { body: recorded.replace('user', 'User') }))).toEqual(mismatch)
  })

  it('of the JavaScript SDK over HTTP/2, as it was recorded, is admitted with its session token', () => {
    const headers = {
      ':authority': '127.0.0.1:39947',
      ':path': path,
      ':method': 'POST',
      ':scheme': 'http',
      'content-type': 'application/json',
      'content-length': '57',
      'x-amz-user-agent': 'aws-sdk-js/3.1163.0',
      'amz-sdk-invocation-id': '09942d64-c213-426c-8819-39dd43ded402',
      'amz-sdk-request': 'attempt=1; max=1',
      'x-amz-date': '20261123T035547Z',
      'x-amz-security-token': 'IQoJb3JpZ2luX2VjE+/token==',
      'x-amz-content-sha256': '054f29adfce491f5f3537030509e21bc3f8b755409d5d2006784d71a2743c7b2',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=:authority;amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-user-agent, Signature=0a5042087597d71848512a51cf4a0c0ab8512c42e8c1b07c057347600b55f860',
    }
    const credentials = [
      { user: 'ada', accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'IQoJb3JpZ2luX2VjE+/token==' },
    ]
    expect(admit(headers, { options: { credentials } })).toMatchObject({ how: 'sigv4', region: 'us-east-1' })
  })

  it.each([1, 7, 1000])("of AWS's own signer is admitted when its body comes in pieces of %i bytes", async (piece) => {
    const headers = await signedByAws()
    expect(admit(headers, { piece })).toEqual({ how: 'sigv4', ...ada, region: 'us-west-2', accessKeyId: 'AKIDEXAMPLE' })
  })

  it('is admitted without x-amz-content-sha256 and without a body', async () => {
    const headers = await signedByAws({ checksum: false, body: '' })
    expect(headers['x-amz-content-sha256']).toBeUndefined()
    expect(admit(headers, { body: '' }).user).toBe('ada')
  })

  it('of temporary credentials is a federated user of their account', async () => {
    const keys = {
      accessKeyId: 'ASIDEXAMPLE',
      secretAccessKey: 'temporary/secret',
      sessionToken: 'IQoJb3JpZ2luX2VjE+/token==',
    }
    expect(admit(await signedByAws({ keys, region: 'ap-northeast-1' }))).toEqual({
      how: 'sigv4',
      user: 'grace',
      arn: 'arn:aws:sts::111122223333:federated-user/grace',
      userId: '111122223333:grace',
      account: '111122223333',
      region: 'ap-northeast-1',
      accessKeyId: 'ASIDEXAMPLE',
    })
  })

  it('is judged anew each time by one gatekeeper', async () => {
    const gatekeeper = createGatekeeper(options)
    const headers = await signedByAws()
    const finish = (text: string) => {
      const pending = gatekeeper.beforeBody(exchangeOf(headers), { service: 'bedrock' })
      pending.update(Buffer.from(text))
      return pending.finish()
    }
    expect(refusalOf(() => finish(`${body} `))).toEqual(mismatch)
    expect(finish(body).user).toBe('ada')
    expect(refusalOf(() => finish(`${body} `))).toEqual(mismatch)
    expect(finish(body).user).toBe('ada')
  })

  it('for STS is admitted for STS alone', async () => {
    const headers = await signedByAws({ service: 'sts' })
    expect(admit(headers, { service: 'sts' }).user).toBe('ada')
    expect(refusedByHeaders(headers)).toEqual([
      403,
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'bedrock'.",
    ])
    expect(refusedByHeaders(await signedByAws(), { service: 'sts' })).toEqual([
      403,
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'sts'.",
    ])
  })

  it.each([
    ['another secret', { keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wrong' } }],
    ['another path', { path: '/model/other/converse' }],
    ['another body', { body: '{}', checksum: false }],
    ['another body under its claimed hash', { body: '{}' }],
  ])('made with %s is refused once the body was seen', async (_, sign) => {
    const headers = await signedByAws(sign)
    expect(refusalOf(() => admit(headers))).toEqual(mismatch)
  })

  it('is refused when a signed header changed on the way', async () => {
    const headers = await signedByAws()
    expect(refusalOf(() => admit({ ...headers, 'content-type': 'text/plain' }))).toEqual(mismatch)
    expect(refusalOf(() => admit({ ...headers, host: 'localhost:5151' }))).toEqual(mismatch)
  })

  it('that signs its real body but claims the hash of another is refused once the body was seen', () => {
    const truth = nodeHasher.sha256Hex(body)
    expect(admit(signedByUs({}, { host: 'h', 'x-amz-content-sha256': truth })).user).toBe('ada')
    const another = nodeHasher.sha256Hex('{}')
    expect(refusalOf(() => admit(signedByUs({}, { host: 'h', 'x-amz-content-sha256': another })))).toEqual(mismatch)
  })

  it.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-EVENTS', ''])(
    'that claims %j instead of a hash is refused before its body',
    (claimed) => {
      const headers = signedByUs({}, { host: 'h', 'x-amz-content-sha256': claimed })
      expect(refusedByHeaders(headers)).toEqual(mismatch)
    },
  )

  it.each(['abc', 'A'.repeat(64)])('whose signature is %s is refused before its body', async (signature) => {
    const headers = await signedByAws()
    const authorization = headers.authorization?.replace(/Signature=.*$/, `Signature=${signature}`) ?? ''
    expect(refusedByHeaders({ ...headers, authorization })).toEqual(mismatch)
  })

  it.each([
    ['an unknown access key id', { accessKeyId: 'AKIDOTHER', secretAccessKey }],
    ['a prototype as access key id', { accessKeyId: '__proto__', secretAccessKey }],
    ['a session token that is not theirs', { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'x' }],
    ['no session token', { accessKeyId: 'ASIDEXAMPLE', secretAccessKey: 'temporary/secret' }],
    [
      'a wrong session token',
      { accessKeyId: 'ASIDEXAMPLE', secretAccessKey: 'temporary/secret', sessionToken: 'IQoJb3JpZ2luX2VjE+/token=' },
    ],
  ])('with %s is refused before its body', async (_, keys) => {
    expect(refusedByHeaders(await signedByAws({ keys }))).toEqual(badToken)
  })

  it.each([
    ['mars-north-1', 'Credential should be scoped to a valid region.'],
    ['', 'Credential should be scoped to a valid region.'],
    ['constructor', 'Credential should be scoped to a valid region.'],
  ])('scoped to the Region %j is refused before its body', async (region, message) => {
    const headers = signedByUs({ region })
    expect(refusedByHeaders(headers)).toEqual([403, 'InvalidSignatureException', message])
  })

  it('whose scope is of another day or ends otherwise is refused before its body', async () => {
    const headers = await signedByAws()
    const change = (from: string, to: string) => ({
      ...headers,
      authorization: headers.authorization?.replace(from, to) ?? '',
    })
    expect(refusedByHeaders(change('/20261123/', '/20261122/'))).toEqual([
      403,
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261122' != '20261123', from '20261123T035520Z'.",
    ])
    expect(refusedByHeaders(change('/aws4_request', '/aws5_request'))).toEqual([
      403,
      'InvalidSignatureException',
      "Credential should be scoped with a valid terminator: 'aws4_request'.",
    ])
    expect(refusedByHeaders(change('content-type;host;', 'content-type;'))).toEqual([
      403,
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ])
  })

  it.each([-300, -299, 0, 299, 300])('made %i seconds from now is within the window', async (seconds) => {
    expect(admit(await signedByAws({ at: now + seconds * 1000 })).user).toBe('ada')
  })

  it.each([
    [-301, 'Signature expired: 20261123T035019Z is now earlier than 20261123T035020Z (20261123T035520Z - 5 min.)'],
    [
      301,
      'Signature not yet current: 20261123T040021Z is still later than 20261123T040020Z (20261123T035520Z + 5 min.)',
    ],
  ])('made %i seconds from now is refused before its body', async (seconds, message) => {
    expect(refusedByHeaders(await signedByAws({ at: now + seconds * 1000 }))).toEqual([
      403,
      'InvalidSignatureException',
      message,
    ])
  })

  it.each(['Mon, 23 Nov 2026 03:55:20 GMT', '20261123T035520Z'])('may be dated by `Date: %s` alone', (date) => {
    const { 'x-amz-date': amzDate, ...rest } = signedByUs()
    expect(amzDate).toBe('20261123T035520Z')
    // The signature is over other headers then, so it is made by hand.
    const canonical = `POST\n${path.replace('%3A', '%253A')}\n\ndate:${date}\nhost:h\n\ndate;host\n${nodeHasher.sha256Hex(body)}`
    const toSign = `AWS4-HMAC-SHA256\n20261123T035520Z\n20261123/us-east-1/bedrock/aws4_request\n${nodeHasher.sha256Hex(canonical)}`
    let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
    for (const part of ['20261123', 'us-east-1', 'bedrock', 'aws4_request', toSign]) {
      key = createHmac('sha256', key).update(part).digest()
    }
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=date;host, Signature=${key.toString('hex')}`
    expect(admit({ ...rest, date, authorization }).user).toBe('ada')
  })

  it.each([
    [
      { 'x-amz-date': '' },
      "Date must be in ISO-8601 'basic format'. Got ''. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      { 'x-amz-date': '2026-11-23T03:55:20Z' },
      "Date must be in ISO-8601 'basic format'. Got '2026-11-23T03:55:20Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      { date: 'today' },
      "Date must be in ISO-8601 'basic format'. Got 'today'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
  ])('dated %j is refused before its body', (dates, message) => {
    const { 'x-amz-date': _, ...rest } = signedByUs()
    expect(_).toBe('20261123T035520Z')
    expect(refusedByHeaders({ ...rest, ...dates })).toEqual([400, 'IncompleteSignatureException', message])
  })
})

const parameters = (...names: string[]) =>
  names.map((name) => `Authorization header requires '${name}' parameter. `).join('')

describe('an Authorization header that cannot be read', () => {
  it.each([
    [
      'Basic dXNlcjpwYXNz',
      `${parameters('Credential', 'Signature', 'SignedHeaders')}(Hashed with SHA-256 and encoded with Base64) Authorization=AK+rg3mIGeouojwZwNRMjBjZouASr4mu4FWMTXQQcD0=`,
    ],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request',
      `${parameters('Signature', 'SignedHeaders')}(Hashed with SHA-256 and encoded with Base64) Authorization=6njJXFBMjqzIcuoREcGFWdc4LF5GrlnmDjLZGJ0Z4TQ=`,
    ],
  ])('is refused without showing it: %s', (authorization, message) => {
    expect(refusedByHeaders({ authorization, host: 'h' })).toEqual([400, 'IncompleteSignatureException', message])
  })

  it('is refused for a missing date too', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=a'
    expect(refusedByHeaders({ authorization, host: 'h' })).toEqual([
      400,
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=tK0WxbXvfnQLOQgaE58QuSFOacdgyccRtu7+SQQ8IyA=",
    ])
  })
})

describe('no credentials in strict mode', () => {
  it.each([
    [{}, {}],
    [{ authorization: '' }, {}],
    [{ 'x-api-key': 'sk-ant-api03-abc' }, {}],
    [{ 'x-amz-date': '20261123T035520Z' }, {}],
    [{}, { rawQuery: 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123' }],
  ])('are refused: %j %j', (headers, request) => {
    expect(refusedByHeaders(headers, { request })).toEqual(noToken)
    expect(refusedByHeaders(headers, { request, service: 'sts' })).toEqual(noToken)
  })
})

const invalidKey = [403, 'AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.']

const bearer = (token: string) => ({ authorization: `Bearer ${token}`, host: 'h' })

/** This long after the official key was made. */
const at = (ms: number) => ({ options: { now: () => now - 417 + ms } })

describe('a bearer key in strict mode', () => {
  const mint = (scope: Partial<Parameters<typeof mintShortTermKey>[1]> = {}) =>
    mintShortTermKey(nodeHasher, {
      keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey },
      region: 'eu-west-3',
      now,
      ...scope,
    })

  it('that is configured is its user, in its own Region', () => {
    expect(admit(bearer(longTerm))).toEqual({
      how: 'long-term-key',
      user: 'linus',
      arn: 'arn:aws:iam::111122223333:user/linus',
      userId: 'AIDAZ2ZG5NI4OJ2TWMSJF',
      account: '111122223333',
      region: 'eu-central-1',
      accessKeyId: null,
    })
    expect(admit(bearer('bedrock-api-key-static'))).toMatchObject({
      how: 'bearer',
      user: 'barbara',
      region: 'us-east-1',
    })
  })

  it('made from a configured key pair is its user, in the Region it was made for', () => {
    expect(admit(bearer(mint()))).toEqual({
      how: 'short-term-key',
      ...ada,
      region: 'eu-west-3',
      accessKeyId: 'AKIDEXAMPLE',
    })
  })

  it("made by AWS's own generator is admitted until it expires", () => {
    // @aws/bedrock-token-generator 1.1.0, 2026-11-23 03:55:20 UTC, us-west-2.
    const token =
      'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSURFWEFNUExFJTJGMjAyNjExMjMlMkZ1cy13ZXN0LTIlMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjNUMDM1NTIwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNpZ25hdHVyZT0wNjA2YTJjY2RiYmM4YWQxY2UwODJjNGE0NTdhNjc4OGM0YzZjNDgzNmZlOWYyYzM2ZjAwYTVjMDMwMGY5ZmE4JlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZWZXJzaW9uPTE='
    expect(admit(bearer(token), at(43_199_999))).toMatchObject({ user: 'ada', region: 'us-west-2' })
    expect(refusedByHeaders(bearer(token), at(43_200_000))).toEqual([
      403,
      'AccessDeniedException',
      'Bearer Token has expired',
    ])
  })

  it('made from temporary credentials carries their session token', () => {
    const keys = { accessKeyId: 'ASIDEXAMPLE', secretAccessKey: 'temporary/secret' }
    const sessionToken = 'IQoJb3JpZ2luX2VjE+/token=='
    expect(admit(bearer(mint({ keys: { ...keys, sessionToken } }))).user).toBe('grace')
    expect(refusedByHeaders(bearer(mint({ keys })))).toEqual(invalidKey)
    expect(refusedByHeaders(bearer(mint({ keys: { ...keys, sessionToken: 'other' } })))).toEqual(invalidKey)
  })

  it('beside X-Amz-Date and a session token is a bearer key', () => {
    const headers = { ...bearer(longTerm), 'x-amz-date': '20200101T000000Z', 'x-amz-security-token': 'x' }
    expect(admit(headers).user).toBe('linus')
  })

  it.each([
    ['an unknown long-term key', mintLongTermKey('abcd', '111122223333', 'another-secret')],
    ['a long-term key that is not base64', 'ABSKnonsense!'],
    ['a short-term key that is not base64', 'bedrock-api-key-nonsense!'],
    ['a short-term key of an unknown access key', mint({ keys: { accessKeyId: 'AKIDOTHER', secretAccessKey } })],
    ['a short-term key of another secret', mint({ keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'no' } })],
    ['a short-term key of an unknown Region', mint({ region: 'mars-north-1' })],
    ['a short-term key from the future', mint({ now: now + 301_000 })],
  ])('that is %s is refused', (_, token) => {
    expect(refusedByHeaders(bearer(token))).toEqual(invalidKey)
  })

  it.each(['sk-ant-api03-abc', '', 'AKIDEXAMPLE', `x${longTerm}`])('without a known prefix is refused: %j', (token) => {
    expect(refusedByHeaders(bearer(token))).toEqual([
      403,
      'AccessDeniedException',
      'Invalid API Key format: Must start with pre-defined prefix',
    ])
  })

  it('says nothing to STS', () => {
    expect(refusedByHeaders(bearer(longTerm), { service: 'sts' })).toEqual(noToken)
  })
})

const claim = (id: string, region: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${id}/20200101/${region}/bedrock/aws4_request, SignedHeaders=x, Signature=y`,
})

describe('an open endpoint', () => {
  const open = { options: { mode: 'open' as const } }
  const anonymous = {
    how: 'anonymous',
    user: 'anonymous',
    arn: 'arn:aws:iam::123456789012:user/anonymous',
    userId: 'AIDAYRMV7SERQ3DP2NH2A',
    account: '123456789012',
    region: 'us-east-1',
    accessKeyId: null,
  }

  it('admits a caller without credentials as anonymous', () => {
    expect(admit({ host: '127.0.0.1:5151' }, open)).toEqual(anonymous)
    expect(admit({ host: '127.0.0.1:5151', 'x-api-key': 'sk-ant-api03-abc' }, open)).toEqual(anonymous)
  })

  it('names a signer by its access key id, in the Region of its scope, and does not read its body', () => {
    expect(admit(claim('AKIDSOMEBODY', 'eu-north-1'), open)).toMatchObject({
      how: 'unverified',
      user: 'AKIDSOMEBODY',
      arn: 'arn:aws:iam::123456789012:user/AKIDSOMEBODY',
      account: '123456789012',
      region: 'eu-north-1',
      accessKeyId: 'AKIDSOMEBODY',
    })
    expect(admit(claim('test', 'nowhere'), open)).toMatchObject({ user: 'test', region: 'us-east-1' })
    expect(admit(claim('ASIDEXAMPLE', 'nowhere'), open)).toMatchObject({
      how: 'unverified',
      user: 'grace',
      account: '111122223333',
      region: 'eu-west-1',
    })
    expect(admit(claim('<script>', 'us-east-1'), open)).toMatchObject({
      user: 'unverified-5b63e5b2',
      accessKeyId: null,
    })
  })

  it.each([
    [`Bearer ${longTerm}`, { how: 'long-term-key', user: 'linus', region: 'eu-central-1' }],
    [
      `Bearer ${mintLongTermKey('zzzz', '444455556666', 's')}`,
      { how: 'unverified', user: 'BedrockAPIKey-zzzz-at-444455556666', account: '123456789012' },
    ],
    [
      `Bearer ${mintShortTermKey(nodeHasher, { keys: { accessKeyId: 'AKIDSOMEBODY', secretAccessKey: 's' }, region: 'eu-west-3', now: 0 })}`,
      { how: 'unverified', user: 'AKIDSOMEBODY', region: 'eu-west-3' },
    ],
    ['Bearer sk-ant-api03-abc', { how: 'unverified', user: 'unverified-5365cccb', accessKeyId: null }],
    ['Basic dXNlcjpwYXNz', { how: 'unverified', user: 'unverified-00afab83', accessKeyId: null }],
    ['nonsense', { how: 'unverified', user: 'unverified-999aaa86', accessKeyId: null }],
  ])('names %s without showing a secret', (authorization, expected) => {
    expect(admit({ authorization }, open)).toMatchObject(expected)
  })

  it('names the caller of a presigned request', () => {
    const rawQuery =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDSOMEBODY%2F20261123%2Feu-west-1%2Fbedrock%2Faws4_request'
    expect(admit({}, { ...open, request: { rawQuery } })).toMatchObject({ user: 'AKIDSOMEBODY', region: 'eu-west-1' })
    expect(admit({}, { ...open, request: { rawQuery: 'X-Amz-Credential=%ff' } })).toEqual(anonymous)
  })

  it.each([
    ['no browser, under any name', { host: 'outcrop.local' }],
    ['no browser and no port', { host: '127.0.0.1' }],
    ["Node's fetch, which sends Sec-Fetch-Mode", { host: 'outcrop:5151', 'sec-fetch-mode': 'cors' }],
    [
      'a page on localhost',
      { host: '127.0.0.1:5151', origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
    ],
    ['a page on 127.0.0.1', { host: 'localhost:5151', origin: 'http://127.0.0.1' }],
    ['a page on [::1]', { ':authority': '[::1]:5151', origin: 'https://[::1]:8443' }],
    ['its own page on an IP address', { host: '192.168.1.5:5151', origin: 'http://192.168.1.5:5151' }],
    ['its own page under its listen host', { host: 'outcrop.lan:5151', origin: 'http://outcrop.lan:5151' }],
    ['an address typed into a browser', { host: 'localhost:5151', 'sec-fetch-site': 'none' }],
  ])('lets in %s', (_, headers) => {
    expect(admit(headers, { options: { mode: 'open', listenHosts: ['Outcrop.lan'] } }).user).toBe('anonymous')
  })

  const advice =
    ' It accepts calls without credentials, so only pages on http://localhost, http://127.0.0.1 and http://[::1] are let in. To call it from elsewhere, list the page under cors.origins, or set auth.mode to strict and send credentials.'

  it.each([
    [{ origin: 'https://evil.example' }, "A web page of 'https://evil.example' may not call this endpoint."],
    [{ origin: 'null' }, "A web page of 'null' may not call this endpoint."],
    [{ origin: '' }, "A web page of '' may not call this endpoint."],
    [
      { origin: 'http://localhost.evil.example' },
      "A web page of 'http://localhost.evil.example' may not call this endpoint.",
    ],
    [
      { origin: 'http://localhost:5151@evil.example' },
      "A web page of 'http://localhost:5151@evil.example' may not call this endpoint.",
    ],
    [
      { origin: 'http://localhost, http://evil.example' },
      "A web page of 'http://localhost, http://evil.example' may not call this endpoint.",
    ],
    [{ origin: 'chrome-extension://abc' }, "A web page of 'chrome-extension://abc' may not call this endpoint."],
    [{ 'sec-fetch-site': 'cross-site' }, 'A web page of another site may not call this endpoint.'],
    [
      { host: 'evil.example:5151', origin: 'http://evil.example:5151', 'sec-fetch-site': 'same-origin' },
      "The host name 'evil.example:5151' is not one that this endpoint lets web pages call.",
    ],
    [
      { host: 'evil.example', origin: 'http://localhost' },
      "The host name 'evil.example' is not one that this endpoint lets web pages call.",
    ],
  ])('refuses the web page behind %j, whatever its credentials', (headers, message) => {
    const withKey = { host: '127.0.0.1:5151', authorization: `Bearer ${longTerm}`, ...headers }
    expect(refusedByHeaders(withKey, open)).toEqual([403, 'AccessDeniedException', message + advice])
  })

  it('lets in a page of an origin that its operator listed, and no other', () => {
    const options = { mode: 'open', origins: ['https://app.example'] } as const
    const headers = { host: '127.0.0.1:5151', origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    expect(admit(headers, { options }).user).toBe('anonymous')
    const refused = (changes: Record<string, string>) => refusedByHeaders({ ...headers, ...changes }, { options })[0]
    expect(refused({ origin: 'https://evil.example' })).toBe(403)
    expect(refused({ host: 'evil.example' })).toBe(403)
  })

  it('is the only one that looks at where a page comes from', async () => {
    const headers = { ...(await signedByAws()), origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    expect(admit(headers).user).toBe('ada')
  })
})

import { createHash, createHmac } from 'node:crypto'
import { canonicalRequest, parseAuthorization } from '@outcrop/protocol'
import { SignatureV4 } from '@smithy/signature-v4'
import { expect, it } from 'vitest'
import { nodeHasher } from '../node/node-hasher.ts'
import type { HttpRequest } from '../transport/http-request.ts'
import { signHttpRequest } from './sign-http-request.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const now = Date.UTC(2026, 10, 25, 8, 30, 0)
const audience = { service: 'bedrock', region: 'us-east-1' } as const
const request: HttpRequest = {
  method: 'POST',
  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke?b=2&a=1',
  headers: { accept: '*/*', 'content-type': 'application/json', 'user-agent': 'x', 'x-amzn-trace-id': 'y' },
  body: '{"text":"Größe"}',
}

function hmac(key: Uint8Array | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = ArrayBuffer.isView(secret)
      ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
      : secret
    this.#hash =
      key === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof key === 'string' ? key : new Uint8Array(key))
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

it("signs as AWS's own signer does, when that is given the same headers", async () => {
  const signer = new SignatureV4({ credentials: keys, ...audience, sha256: Sha256, applyChecksum: false })
  const theirs = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'bedrock-runtime.us-east-1.amazonaws.com',
      path: '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke',
      query: { a: '1', b: '2' },
      headers: { host: 'bedrock-runtime.us-east-1.amazonaws.com', 'content-type': 'application/json' },
      body: '{"text":"Größe"}',
    },
    { signingDate: new Date(now) },
  )
  const ours = await signHttpRequest(request, audience, keys, now)
  expect(ours.headers['authorization']).toBe(theirs.headers['authorization'])
})

it('signs host, content-type and x-amz-* alone, and leaves every other header as it was', async () => {
  const signed = await signHttpRequest(
    { ...request, headers: { ...request.headers, 'x-amz-custom': '1', 'x-amzn-bedrock-trace': 'ENABLED' } },
    audience,
    { ...keys, sessionToken: 'token' },
    now,
  )
  const { authorization, ...rest } = signed.headers
  expect(authorization).toContain(
    'SignedHeaders=content-type;host;x-amz-custom;x-amz-date;x-amz-security-token, Signature=',
  )
  expect(rest).toEqual({
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'x',
    'x-amz-custom': '1',
    'x-amz-date': '20261125T083000Z',
    'x-amz-security-token': 'token',
    'x-amzn-bedrock-trace': 'ENABLED',
    'x-amzn-trace-id': 'y',
  })
})

it('hands back as bytes the text that it hashed', async () => {
  const { body } = await signHttpRequest(request, audience, keys, now)
  expect(body).toEqual(new TextEncoder().encode('{"text":"Größe"}'))
})

it('signs the host of a URL with its port, and the path as fetch sends it', async () => {
  const url = 'http://127.0.0.1:5151/prefix/../model/arn:aws:bedrock%2Fx/invoke'
  const { headers } = await signHttpRequest({ method: 'GET', url, headers: {} }, audience, keys, now)
  const parsed = parseAuthorization(headers['authorization'] ?? '')
  const canonical = canonicalRequest(
    {
      method: 'GET',
      rawPath: '/model/arn:aws:bedrock%2Fx/invoke',
      rawQuery: '',
      headers: { host: '127.0.0.1:5151', 'x-amz-date': '20261125T083000Z' },
    },
    ['host', 'x-amz-date'],
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
  const key = ['us-east-1', 'bedrock', 'aws4_request'].reduce(hmac, hmac(`AWS4${keys.secretAccessKey}`, '20261125'))
  const scope = '20261125/us-east-1/bedrock/aws4_request'
  const text = `AWS4-HMAC-SHA256\n20261125T083000Z\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`
  expect(parsed).toMatchObject({ signature: hmac(key, text).toString('hex') })
})

it('signs a signed request again as if for the first time', async () => {
  const later = now + 60_000
  const once = await signHttpRequest(request, audience, { ...keys, sessionToken: 'old' }, now)
  const again = await signHttpRequest(once, audience, { ...keys, sessionToken: 'new' }, later)
  expect(again).toEqual(await signHttpRequest(request, audience, { ...keys, sessionToken: 'new' }, later))
})

it.each([
  ['the next day', now + 86_400_000, audience],
  ['another Region', now, { service: 'bedrock', region: 'eu-west-1' }],
  ['another service', now, { service: 'bedrock-mantle', region: 'us-east-1' }],
] as const)('keeps no signing key beyond its scope: %s', async (_, at, place) => {
  await signHttpRequest(request, audience, keys, now)
  const kept = await signHttpRequest(request, place, keys, at)
  expect(kept).toEqual(await signHttpRequest(request, place, { ...keys }, at))
})

it('signs with the secret that keys hold now, though the object is the same', async () => {
  const changing = { ...keys }
  await signHttpRequest(request, audience, changing, now)
  changing.secretAccessKey = 'another'
  expect(await signHttpRequest(request, audience, changing, now)).toEqual(
    await signHttpRequest(request, audience, { ...keys, secretAccessKey: 'another' }, now),
  )
})

async function cpuMsOfSigning(times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++) await signHttpRequest(request, audience, keys, now + time)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}

it('signs a small request in well under 0.2 ms of CPU', async () => {
  await cpuMsOfSigning(500)
  const runs = [await cpuMsOfSigning(500), await cpuMsOfSigning(500), await cpuMsOfSigning(500)]
  expect(Math.min(...runs)).toBeLessThan(0.2)
})

it('signs a text by the platform’s hasher as it signs its bytes by our own, and leaves it a text', async () => {
  const bytes = await signHttpRequest(request, audience, keys, now)
  const text = await signHttpRequest(request, audience, keys, now, nodeHasher)
  expect(text.headers).toEqual(bytes.headers)
  expect(text.body).toBe('{"text":"Größe"}')
})

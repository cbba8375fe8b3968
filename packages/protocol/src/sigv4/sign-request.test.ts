import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { emptySha256 } from './hasher.ts'
import { NodeSha256, nodeHasher } from './node-hasher.fixture.ts'
import { presign, signRequest } from './sign-request.ts'
import { deriveSigningKey } from './signature.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const now = Date.UTC(2026, 10, 23, 3, 55, 20)
const scope = { keys, region: 'us-east-1', service: 'bedrock', now }

const headers = {
  host: 'example.com',
  accept: '*/*',
  authorization: 'Bearer x',
  connection: 'keep-alive',
  'proxy-connection': 'keep-alive',
  'sec-fetch-mode': 'cors',
  'user-agent': 'x',
  'x-amzn-trace-id': 'Root=1',
}
const request = { method: 'GET', rawPath: '/foundation-models', rawQuery: 'byProvider=anthropic', headers }

describe('a signed request', () => {
  it("leaves the headers unsigned that proxies change, as AWS's own signer does", async () => {
    const signer = new SignatureV4({ credentials: keys, ...scope, sha256: NodeSha256, applyChecksum: false })
    const theirs = await signer.sign(
      {
        method: 'GET',
        protocol: 'https:',
        hostname: 'example.com',
        path: '/foundation-models',
        query: { byProvider: 'anthropic' },
        headers,
      },
      { signingDate: new Date(now) },
    )
    const { headers: ours } = signRequest(nodeHasher, request, emptySha256, scope)
    expect(ours.authorization).toBe(theirs.headers.authorization)
    expect(ours.authorization).toContain('SignedHeaders=accept;host;x-amz-date,')
  })

  it('adds no more than its date, its session token and its authorization', () => {
    const sessionToken = 'token'
    const signed = signRequest(nodeHasher, request, emptySha256, { ...scope, keys: { ...keys, sessionToken } })
    expect(Object.keys(signed.headers)).toEqual(['x-amz-date', 'x-amz-security-token', 'authorization'])
  })

  it('is the same with a signing key that was derived before', () => {
    const signingKey = deriveSigningKey(nodeHasher, keys.secretAccessKey, '20261123', 'us-east-1', 'bedrock')
    expect(signRequest(nodeHasher, request, emptySha256, { ...scope, signingKey })).toEqual(
      signRequest(nodeHasher, request, emptySha256, scope),
    )
  })
})

it('a presigned request has its parameters in order, the signature among them', () => {
  const { query, signature } = presign(
    nodeHasher,
    { ...request, headers: { host: 'example.com' } },
    { ...scope, expiresSeconds: 60 },
  )
  expect(query).toBe(
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20261123T035520Z&X-Amz-Expires=60&X-Amz-Signature=${signature}&X-Amz-SignedHeaders=host&byProvider=anthropic`,
  )
})

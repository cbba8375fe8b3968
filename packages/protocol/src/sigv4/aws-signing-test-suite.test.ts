import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { signingCases, type SigningCase } from './aws-signing-test-suite.fixture.ts'
import { parseAuthorization } from './authorization.ts'
import { canonicalRequest } from './canonical-request.ts'
import { NodeSha256, nodeHasher } from './node-hasher.fixture.ts'
import { presign, signRequest, type SigningScope } from './sign-request.ts'
import { deriveSigningKey, verifySignature } from './signature.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = { region: 'us-east-1', service: 'service', now: Date.UTC(2015, 7, 30, 12, 36, 0) }

function scopeOf(example: SigningCase): SigningScope {
  const sessionToken = example.sessionToken === undefined ? {} : { sessionToken: example.sessionToken }
  return { ...scope, keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, ...sessionToken } }
}

function withoutHash(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-amz-content-sha256'))
}

describe.each(signingCases.map((example) => [example.name, example] as const))(
  "AWS's published case %s",
  (_, example) => {
    const payloadHash = nodeHasher.sha256Hex(example.body)

    it('is signed in its headers as published', () => {
      const signed = signRequest(nodeHasher, example, payloadHash, scopeOf(example))
      expect(signed.canonicalRequest.split('\n')).toEqual(example.canonicalRequest)
      expect(signed.signature).toBe(example.signature)
    })

    it('is presigned as published', () => {
      const request = { ...example, headers: withoutHash(example.headers) }
      const signed = presign(nodeHasher, request, { ...scopeOf(example), expiresSeconds: 3600, payloadHash })
      expect(signed.canonicalRequest.split('\n')).toEqual(example.presignedCanonicalRequest)
      expect(signed.signature).toBe(example.presignedSignature)
      expect(signed.query).toContain(`&X-Amz-Signature=${example.presignedSignature}`)
    })

    it('is verified, and refused with one character changed', () => {
      const { headers } = signRequest(nodeHasher, example, payloadHash, scopeOf(example))
      const parsed = parseAuthorization(headers.authorization)
      if (parsed.kind !== 'sigv4') throw new Error(parsed.kind)
      const signingKey = deriveSigningKey(nodeHasher, secretAccessKey, '20150830', 'us-east-1', 'service')
      const received = { ...example, headers: { ...example.headers, ...headers } }
      const claim = {
        amzDate: '20150830T123600Z',
        scope: parsed.credential.scope,
        canonicalRequest: canonicalRequest(received, parsed.signedHeaders, payloadHash),
        signature: example.signature,
      }
      expect(verifySignature(nodeHasher, signingKey, claim)).toEqual({ kind: 'verified' })
      const changed = (claim.signature.startsWith('0') ? '1' : '0') + claim.signature.slice(1)
      expect(verifySignature(nodeHasher, signingKey, { ...claim, signature: changed }).kind).toBe('refused')
    })
  },
)

// AWS's signer for JavaScript normalises paths and takes queries as a record, so the cases about those are not its own.
const forSmithy = signingCases.filter(
  ({ name, rawPath }) => !rawPath.includes('//') && !rawPath.includes('/.') && name !== 'get-header-value-multiline',
)

describe.each(forSmithy.map((example) => [example.name, example] as const))(
  "AWS's own signer, given %s",
  (_, example) => {
    it('computes the signature that was published', async () => {
      const signer = new SignatureV4({
        credentials: scopeOf(example).keys,
        region: scope.region,
        service: scope.service,
        sha256: NodeSha256,
        applyChecksum: false,
      })
      const { headers } = await signer.sign(
        {
          method: example.method,
          protocol: 'https:',
          hostname: 'example.amazonaws.com',
          path: example.rawPath,
          query: queryRecord(example.rawQuery),
          headers: example.headers,
          ...(example.body === '' ? {} : { body: example.body }),
        },
        { signingDate: new Date(scope.now) },
      )
      expect(headers.authorization).toContain(`Signature=${example.signature}`)
    })
  },
)

function queryRecord(rawQuery: string): Record<string, string | string[]> {
  const query: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(rawQuery)) (query[name] ??= []).push(value)
  return query
}

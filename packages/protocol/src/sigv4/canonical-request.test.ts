import * as fc from 'fast-check'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { parseAuthorization } from './authorization.ts'
import { canonicalHeaderValue, canonicalQuery, canonicalRequest } from './canonical-request.ts'
import { capturedRequests } from './captured-requests.fixture.ts'
import { NodeSha256, nodeHasher } from './node-hasher.fixture.ts'
import { signRequest } from './sign-request.ts'
import { deriveSigningKey, verifySignature } from './signature.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

describe('the one verification rule', () => {
  it.each(capturedRequests.map((request) => [request.client, request] as const))('verifies %s', (_, request) => {
    const parsed = parseAuthorization(request.headers.authorization)
    if (parsed.kind !== 'sigv4') throw new Error(parsed.kind)
    const { date, region, service, scope } = parsed.credential
    const verify = (body: string, rawPath = request.rawPath) =>
      verifySignature(nodeHasher, deriveSigningKey(nodeHasher, keys.secretAccessKey, date, region, service), {
        amzDate: request.headers['x-amz-date'] ?? '',
        scope,
        canonicalRequest: canonicalRequest({ ...request, rawPath }, parsed.signedHeaders, nodeHasher.sha256Hex(body)),
        signature: parsed.signature,
      }).kind
    expect(verify(request.body)).toBe('verified')
    expect(verify(`${request.body} `)).toBe('refused')
    expect(verify(request.body, `${request.rawPath}/`)).toBe('refused')
  })

  it.each([
    ['/model/a:b/invoke', '/model/a%3Ab/invoke'],
    ['/model/a%3Ab/invoke', '/model/a%253Ab/invoke'],
    ['/model/arn%3Aaws%2Fx/invoke', '/model/arn%253Aaws%252Fx/invoke'],
    ['//a/./b/../c', '//a/./b/../c'],
    ['/\u00e1\u0088\u00b4', '/%E1%88%B4'],
  ])('encodes the raw path %s once more and normalises nothing', (rawPath, expected) => {
    const request = { method: 'GET', rawPath, rawQuery: '', headers: { host: 'h' } }
    expect(canonicalRequest(request, ['host'], 'hash')).toBe(`GET\n${expected}\n\nhost:h\n\nhost\nhash`)
  })

  it('keeps the signed headers in the order they were signed in', () => {
    const request = { method: 'GET', rawPath: '/', rawQuery: '', headers: { ':authority': 'h', b: '2', a: '1' } }
    expect(canonicalRequest(request, ['b', ':authority', 'a'], 'hash')).toBe(
      'GET\n/\n\nb:2\n:authority:h\na:1\n\nb;:authority;a\nhash',
    )
  })

  it.each([
    [{ ':authority': 'example.com' }, 'host'],
    [{ host: 'example.com' }, ':authority'],
  ])('takes the authority of %o for a signed %s', (headers, name) => {
    const request = { method: 'GET', rawPath: '/', rawQuery: '', headers }
    expect(canonicalRequest(request, [name], 'hash')).toBe(`GET\n/\n\n${name}:example.com\n\n${name}\nhash`)
  })

  it('reads no header that the request inherited', () => {
    const request = { method: 'GET', rawPath: '/', rawQuery: '', headers: {} }
    expect(canonicalRequest(request, ['constructor', '__proto__'], 'hash')).toBe(
      'GET\n/\n\nconstructor:\n__proto__:\n\nconstructor;__proto__\nhash',
    )
  })
})

describe('the canonical query', () => {
  it.each([
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1&a', 'a=&a=1&a=2'],
    ['Param-3=v&Param=v', 'Param=v&Param-3=v'],
    ['flag', 'flag='],
    ['a=b=c', 'a=b%3Dc'],
    ['q=a+b', 'q=a%2Bb'],
    ['q=a%20b%2fc', 'q=a%20b%2Fc'],
    ['q=%zz%4', 'q=%25zz%254'],
    ['q=ሴ', 'q=%E1%88%B4'],
    ['q=😀', 'q=%F0%9F%98%80'],
    ['&&a=1&', 'a=1'],
  ])('of %s is %s', (rawQuery, expected) => {
    expect(canonicalQuery(rawQuery)).toBe(expected)
  })

  it('leaves out what it is told to leave out, however it is escaped', () => {
    expect(canonicalQuery('Version=1&a=1&X-Amz%2DSignature=x', ['Version', 'X-Amz-Signature'])).toBe('a=1')
  })
})

describe('a canonical header value', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['   ', ''],
    ['  a  b ', 'a b'],
    ['a\tb', 'a b'],
    ['a\r\n  b', 'a b'],
    ['"a   b"', '"a b"'],
    ['h\u00c3\u00a9', 'hé'],
    ['h\u00e9', 'h\u00e9'],
  ])('of %j is %j', (value, expected) => {
    expect(canonicalHeaderValue(value)).toBe(expected)
  })
})

describe("AWS's own signer", () => {
  it('agrees with ours on any headers, path and query of a request', async () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
    const name = fc.stringMatching(/^x-[a-z0-9-]{1,8}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, text, { maxKeys: 4 }),
        fc.array(
          fc.stringMatching(/^[\w:%.-]{1,8}$/).filter((segment) => !/^\.+$/.test(segment)),
          { maxLength: 4 },
        ),
        fc.dictionary(fc.stringMatching(/^[\w .:/+]{1,6}$/), text, { maxKeys: 3 }),
        text,
        async (extra, segments, query, body) => {
          const rawPath = `/${segments.join('/')}`
          const headers = { host: 'example.com', ...extra }
          const rawQuery = Object.entries(query)
            .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
            .join('&')
          const now = Date.UTC(2026, 10, 23, 3, 55, 20)
          const signer = new SignatureV4({
            credentials: keys,
            region: 'us-east-1',
            service: 'bedrock',
            sha256: NodeSha256,
            applyChecksum: false,
          })
          const theirs = await signer.sign(
            { method: 'POST', protocol: 'https:', hostname: 'example.com', path: rawPath, query, headers, body },
            { signingDate: new Date(now) },
          )
          const ours = signRequest(
            nodeHasher,
            { method: 'POST', rawPath, rawQuery, headers },
            nodeHasher.sha256Hex(body),
            { keys, region: 'us-east-1', service: 'bedrock', now },
          )
          expect(ours.headers.authorization).toBe(theirs.headers.authorization)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('hostile input', () => {
  it('is canonicalised in linear time', () => {
    const blanks = ' \t'.repeat(500_000)
    const query = '&=%&'.repeat(250_000)
    const started = performance.now()
    canonicalHeaderValue(`a${blanks}b${blanks}`)
    canonicalQuery(query)
    canonicalQuery(`a=${'%'.repeat(1_000_000)}`)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

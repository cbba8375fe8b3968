import { describe, expect, it } from 'vitest'
import { nodeHasher } from '../sigv4/node-hasher.fixture.ts'
import { deriveSigningKey } from '../sigv4/signature.ts'
import { parseBedrockKey } from './bedrock-key.ts'
import { mintLongTermKey, parseLongTermKey } from './long-term-key.ts'
import { mintShortTermKey, parseShortTermKey, type ShortTermKey, verifyShortTermKey } from './short-term-key.ts'

// Made by @aws/bedrock-token-generator 1.1.0 on 2026-11-23 at 03:55:20 UTC for us-west-2.
const official =
  'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSURFWEFNUExFJTJGMjAyNjExMjMlMkZ1cy13ZXN0LTIlMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjNUMDM1NTIwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNpZ25hdHVyZT0wNjA2YTJjY2RiYmM4YWQxY2UwODJjNGE0NTdhNjc4OGM0YzZjNDgzNmZlOWYyYzM2ZjAwYTVjMDMwMGY5ZmE4JlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZWZXJzaW9uPTE='
const officialWithToken =
  'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSURFWEFNUExFJTJGMjAyNjExMjMlMkZ1cy13ZXN0LTIlMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjNUMDM1NTIwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNlY3VyaXR5LVRva2VuPUlRb0piM0pwWjJsdVgyVmpFJTJCJTJGdG9rZW4lM0QlM0QmWC1BbXotU2lnbmF0dXJlPTc5YTg4ODVhMjAxMTk2ZDE5ODUwM2JkOWUzMGZkMDcxOWU0OThjMjI5ZGFmNTdjOGQ0NDg1YWQ5MzFkYmNlY2QmWC1BbXotU2lnbmVkSGVhZGVycz1ob3N0JlZlcnNpb249MQ=='

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }
const sessionToken = 'IQoJb3JpZ2luX2VjE+/token=='
const madeAt = Date.UTC(2026, 10, 23, 3, 55, 20)
const hours = 3_600_000
const signingKey = deriveSigningKey(nodeHasher, secretAccessKey, '20261123', 'us-west-2', 'bedrock')

function shortTerm(token: string): ShortTermKey {
  const key = parseShortTermKey(token)
  if (key.kind !== 'short-term') throw new Error(key.because)
  return key
}

/** The official key with its inside changed and the signature left as it was. */
function changed(from: string | RegExp, to: string): string {
  return `bedrock-api-key-${btoa(atob(official.slice(16)).replace(from, to))}`
}

describe('a short-term key', () => {
  it("is minted byte for byte as by AWS's own generator", () => {
    expect(mintShortTermKey(nodeHasher, { keys, region: 'us-west-2', now: madeAt })).toBe(official)
    expect(mintShortTermKey(nodeHasher, { keys: { ...keys, sessionToken }, region: 'us-west-2', now: madeAt })).toBe(
      officialWithToken,
    )
  })

  it('is read into its parts', () => {
    expect(parseBedrockKey(officialWithToken)).toEqual({
      kind: 'short-term',
      credential: {
        accessKeyId: 'AKIDEXAMPLE',
        date: '20261123',
        region: 'us-west-2',
        service: 'bedrock',
        terminator: 'aws4_request',
        scope: '20261123/us-west-2/bedrock/aws4_request',
      },
      amzDate: '20261123T035520Z',
      issuedAt: madeAt,
      expiresSeconds: 43_200,
      sessionToken,
      signature: '79a8885a201196d198503bd9e30fd0719e498c229daf57c8d4485ad931dbcecd',
      signedQuery:
        'Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fus-west-2%2Fbedrock%2Faws4_request&X-Amz-Date=20261123T035520Z&X-Amz-Expires=43200&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE%2B%2Ftoken%3D%3D&X-Amz-SignedHeaders=host',
    })
  })

  it.each([official, officialWithToken])('verifies from five minutes before it was made until it ends', (token) => {
    const verify = (now: number) => verifyShortTermKey(nodeHasher, signingKey, shortTerm(token), now)
    expect(verify(madeAt)).toEqual({ kind: 'verified' })
    expect(verify(madeAt - 300_000)).toEqual({ kind: 'verified' })
    expect(verify(madeAt - 300_001)).toEqual({ kind: 'refused', because: 'notYetValid' })
    expect(verify(madeAt + 12 * hours - 1)).toEqual({ kind: 'verified' })
    expect(verify(madeAt + 12 * hours)).toEqual({ kind: 'refused', because: 'expired' })
  })

  it.each([
    ['another length of life', 'X-Amz-Expires=43200', 'X-Amz-Expires=43199'],
    ['another access key id', 'AKIDEXAMPLE', 'AKIDEXAMPLF'],
    ['another Region', 'us-west-2', 'us-west-1'],
    ['a parameter more', 'Action=', 'A=1&Action='],
  ])('with %s does not verify', (_, from, to) => {
    expect(verifyShortTermKey(nodeHasher, signingKey, shortTerm(changed(from, to)), madeAt)).toEqual({
      kind: 'refused',
      because: 'mismatch',
    })
  })

  it.each([
    ['no life', 'X-Amz-Expires=43200', 'X-Amz-Expires=0'],
    ['more than twelve hours', 'X-Amz-Expires=43200', 'X-Amz-Expires=43201'],
    ['another action', 'CallWithBearerToken', 'Other'],
    ['another host', 'bedrock.amazonaws.com', 'bedrock.example.com'],
    ['another service', '%2Fbedrock%2F', '%2Fsts%2F'],
    ['a scope of another day', '%2F20261123%2F', '%2F20261122%2F'],
    ['more signed headers', 'SignedHeaders=host', 'SignedHeaders=host%3Bdate'],
    ['a short signature', /Signature=[0-9a-f]{64}/, 'Signature=abc'],
    ['a parameter given twice', '&X-Amz-Expires', '&X-Amz-Expires=1&X-Amz-Expires'],
    ['a broken escape', 'Version=1', 'Version=1&x=%zz'],
    ['no version', '&Version=1', ''],
  ])('with %s is malformed', (_, from, to) => {
    expect(parseBedrockKey(changed(from, to))).toEqual({ kind: 'malformed', because: 'content' })
  })

  it.each(['bedrock-api-key-', 'bedrock-api-key-%%%', official.slice(0, -1)])('%j is no base64', (token) => {
    expect(parseBedrockKey(token)).toEqual({ kind: 'malformed', because: 'encoding' })
  })

  it.each([0, 43_201, 1.5])('is not minted for %d seconds', (expiresSeconds) => {
    expect(() => mintShortTermKey(nodeHasher, { keys, region: 'us-west-2', now: madeAt, expiresSeconds })).toThrow(
      RangeError,
    )
  })
})

describe('a long-term key', () => {
  const token = 'ABSKQmVkcm9ja0FQSUtleS1hYmNkLWF0LTExMTEyMjIyMzMzMzpzZWNyZXQ6d2l0aDpjb2xvbnM='

  it('is read and minted as the name and secret of an IAM service-specific credential', () => {
    expect(parseBedrockKey(token)).toEqual({
      kind: 'long-term',
      name: 'BedrockAPIKey-abcd-at-111122223333',
      account: '111122223333',
      secret: 'secret:with:colons',
    })
    expect(mintLongTermKey('abcd', '111122223333', 'secret:with:colons')).toBe(token)
  })

  it.each([
    ['ABSK', 'encoding'],
    ['ABSK!!!!', 'encoding'],
    ['ABSKQmVkcm9ja0FQSUtleTpodXNoIR==', 'encoding'], // IQ== with bits behind its last byte
    [`ABSK${btoa('nocolon')}`, 'content'],
    [`ABSK${btoa(':secret')}`, 'content'],
    [`ABSK${btoa('name:')}`, 'content'],
  ])('%s is malformed', (broken, because) => {
    expect(parseBedrockKey(broken)).toEqual({ kind: 'malformed', because })
  })

  it('whose name ends in no account has none', () => {
    expect(parseLongTermKey(`ABSK${btoa('name:secret')}`)).toMatchObject({ name: 'name', account: null })
  })
})

it.each(['', 'sk-ant-api03-abc', 'absk', 'Bedrock-api-key-x'])('%j has no prefix that Bedrock knows', (token) => {
  expect(parseBedrockKey(token)).toEqual({ kind: 'malformed', because: 'prefix' })
})

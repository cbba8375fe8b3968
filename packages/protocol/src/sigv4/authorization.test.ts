import { describe, expect, it } from 'vitest'
import { parseAuthorization, parseCredential } from './authorization.ts'

const signature = 'a'.repeat(64)
const credential = 'AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request'

describe('an Authorization header', () => {
  it.each([
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host;x-amz-date,Signature=${signature}`,
    `  AWS4-HMAC-SHA256   Signature=${signature} ,  SignedHeaders=host;x-amz-date,,Credential=${credential}  `,
  ])('is read with or without spaces and in any order', (header) => {
    expect(parseAuthorization(header)).toEqual({
      kind: 'sigv4',
      credential: {
        accessKeyId: 'AKIDEXAMPLE',
        date: '20261123',
        region: 'us-east-1',
        service: 'bedrock',
        terminator: 'aws4_request',
        scope: '20261123/us-east-1/bedrock/aws4_request',
      },
      signedHeaders: ['host', 'x-amz-date'],
      signature,
    })
  })

  it.each(['Bearer  abc', 'bearer abc', 'BEARER abc '])('of a bearer key is read from %j', (header) => {
    expect(parseAuthorization(header)).toEqual({ kind: 'bearer', token: 'abc' })
  })

  it.each([undefined, '', '   '])('is missing when it is %j', (header) => {
    expect(parseAuthorization(header)).toEqual({ kind: 'missing' })
  })

  it.each([
    [
      'Basic dXNlcjpwYXNz',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      'AWS4-HMAC-SHA256',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host`,
      "Authorization header requires 'Signature' parameter.",
    ],
    [
      `AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=${signature}`,
      "Authorization header requires 'Credential' parameter.",
    ],
    ['AWS4-HMAC-SHA256 Credential', 'Invalid key=value pair (missing equal-sign) in Authorization header.'],
    [
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/aws4_request, SignedHeaders=host, Signature=${signature}`,
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    ],
    [`AWS4-ECDSA-P256-SHA256 Credential=x`, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."],
  ])('%s is malformed', (header, message) => {
    expect(parseAuthorization(header)).toEqual({ kind: 'malformed', message })
  })
})

it('a credential with six parts is none', () => {
  expect(parseCredential(`${credential}/more`)).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { signS3Request, type UnsignedS3Request } from './sign-s3-request.ts'

// The examples of "Signature Calculations for the Authorization Header" in the Amazon S3 API reference, with AWS's example keys.
const by = {
  keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  now: Date.UTC(2013, 4, 24),
}
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const examples: ReadonlyArray<readonly [name: string, request: UnsignedS3Request, authorization: string]> = [
  [
    'GET Object',
    {
      method: 'GET',
      url: 'https://examplebucket.s3.amazonaws.com/test.txt',
      headers: { range: 'bytes=0-9' },
      payloadHash: emptyHash,
    },
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT Object',
    {
      method: 'PUT',
      url: 'https://examplebucket.s3.amazonaws.com/test%24file.text',
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      // Of "Welcome to Amazon S3."
      payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET Bucket Lifecycle',
    { method: 'GET', url: 'https://examplebucket.s3.amazonaws.com/?lifecycle=', headers: {}, payloadHash: emptyHash },
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET Bucket (List Objects)',
    {
      method: 'GET',
      url: 'https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J',
      headers: {},
      payloadHash: emptyHash,
    },
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
]

describe('signS3Request', () => {
  it.each(examples)("signs AWS's example %s as AWS does", (_, request, authorization) => {
    expect(signS3Request(request, by).authorization).toBe(authorization)
  })

  it('tells the hash of the body and the time in headers that it signs, and never writes host, which fetch does', () => {
    const headers = signS3Request(
      { method: 'GET', url: 'http://127.0.0.1:7070/b/k', headers: {}, payloadHash: emptyHash },
      { ...by, keys: { ...by.keys, sessionToken: 'FwoGZXIvYXdz' } },
    )
    expect(headers).toMatchObject({
      'x-amz-content-sha256': emptyHash,
      'x-amz-date': '20130524T000000Z',
      'x-amz-security-token': 'FwoGZXIvYXdz',
      authorization: expect.stringContaining(
        'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
      ),
    })
    expect(headers).not.toHaveProperty('host')
  })
})

import { describe, expect, it } from 'vitest'
import { createS3, type S3 } from './create-s3.ts'
import type { S3Options } from './s3-options.ts'

/** A client for a server that `npm run test:services` started, in a Region of its own or with other keys. */
function s3At(server: 'S3' | 'MOTO', options: S3Options = {}): S3 {
  const read = (name: string): string => {
    const value = process.env[`OUTCROP_TEST_${server}_${name}`]
    if (value === undefined) throw new Error(`OUTCROP_TEST_${server}_${name} is not set: run npm run test:services`)
    return value
  }
  return createS3({
    s3URL: read('URL'),
    awsAccessKey: read('ACCESS_KEY_ID'),
    awsSecretKey: read('SECRET_ACCESS_KEY'),
    awsRegion: 'us-east-1',
    ...options,
  })
}

let buckets = 0
async function newBucket(s3: S3): Promise<string> {
  const bucket = `outcrop-${process.pid}-${Date.now()}-${(buckets += 1)}`
  await s3.createBucket(bucket)
  return bucket
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

async function* broken(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 3; at++) yield Buffer.alloc(8 * 1024 * 1024)
  throw new Error('the source broke')
}

async function textOf(s3: S3, bucket: string, key: string): Promise<string> {
  const { body } = await s3.getObject({ bucket, key })
  return Buffer.concat(await collect(body)).toString()
}

describe.each(['S3', 'MOTO'] as const)('on the server %s', (server) => {
  it('creates a bucket, once and again, and tells it from one that is not there', async () => {
    const s3 = s3At(server)
    const bucket = await newBucket(s3)
    await s3.createBucket(bucket)
    expect(await s3.headBucket(bucket)).toBe(true)
    expect(await s3.headBucket(`${bucket}-not`)).toBe(false)
  })

  it.each([
    'plain.jsonl',
    'a folder/with blanks',
    'é/日本/😀',
    'a+b',
    "q'!()*~&=?#%41",
    'a%2Fb',
    'under_score-dash.dot',
  ])('puts, heads, gets, lists and deletes an object called %j', async (key) => {
    const s3 = s3At(server)
    const bucket = await newBucket(s3)
    const place = { bucket, key }
    const put = await s3.putObject(place, 'héllo\n', { contentType: 'application/x-ndjson' })
    expect(put).toEqual({ size: 7, etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) })
    expect(await s3.headObject(place)).toMatchObject({
      size: 7,
      etag: put.etag,
      contentType: 'application/x-ndjson',
      lastModified: expect.any(Date),
    })
    expect(await textOf(s3, bucket, key)).toBe('héllo\n')
    expect((await collect(s3.listObjectsV2(bucket))).map((object) => [object.key, object.size])).toEqual([[key, 7]])
    await s3.deleteObject(place)
    await s3.deleteObject(place)
    expect(await s3.headObject(place)).toBeUndefined()
  })

  it('gets a range, the size of the whole with it, and refuses one behind the end', async () => {
    const s3 = s3At(server)
    const place = { bucket: await newBucket(s3), key: 'digits' }
    await s3.putObject(place, '0123456789')
    const middle = await s3.getObject(place, { range: { start: 2, end: 5 } })
    expect([middle.size, Buffer.concat(await collect(middle.body)).toString()]).toEqual([10, '2345'])
    const rest = await s3.getObject(place, { range: { start: 7 } })
    expect(Buffer.concat(await collect(rest.body)).toString()).toBe('789')
    await expect(s3.getObject(place, { range: { start: 10 } })).rejects.toMatchObject({
      status: 416,
      code: 'InvalidRange',
    })
  })

  it('lists what begins so, in the order of bytes, from a key on, over several pages', async () => {
    const s3 = s3At(server)
    const bucket = await newBucket(s3)
    const keys = Array.from({ length: 1005 }, (_, at) => `in/${String(at).padStart(4, '0')}`)
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => s3.putObject({ bucket, key }, '')))
    }
    await s3.putObject({ bucket, key: 'other' }, 'x')
    const listed = await collect(s3.listObjectsV2(bucket, { prefix: 'in/' }))
    expect(listed.map(({ key }) => key)).toEqual(keys)
    const later = await collect(s3.listObjectsV2(bucket, { prefix: 'in/', startAfter: 'in/1002' }))
    expect(later.map(({ key }) => key)).toEqual(['in/1003', 'in/1004'])
    expect(await collect(s3.listObjectsV2(bucket, { prefix: 'none/' }))).toEqual([])
  })

  it('puts 20 MB that arrive piece by piece in parts, and gets the same bytes back', async () => {
    const s3 = s3At(server)
    const place = { bucket: await newBucket(s3), key: 'large' }
    const piece = Buffer.alloc(1_000_003, 'outcrop ')
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 20; at++) yield piece
    }
    const put = await s3.putObject(place, pieces())
    // S3 shows of how many parts an object was made.
    expect(put).toEqual({ size: 20_000_060, etag: expect.stringMatching(/-3"$/) })
    const { body, size } = await s3.getObject(place)
    const got = Buffer.concat(await collect(body))
    expect(size).toBe(20_000_060)
    expect(got.equals(Buffer.concat(Array.from({ length: 20 }, () => piece)))).toBe(true)
  })

  it('leaves nothing of an object whose source broke', async () => {
    const s3 = s3At(server)
    const bucket = await newBucket(s3)
    await expect(s3.putObject({ bucket, key: 'half' }, broken())).rejects.toThrow('the source broke')
    expect(await collect(s3.listObjectsV2(bucket))).toEqual([])
  })

  it('tells a missing key and a missing bucket by their names', async () => {
    const s3 = s3At(server)
    const bucket = await newBucket(s3)
    await expect(s3.getObject({ bucket, key: 'none' })).rejects.toMatchObject({
      name: 'S3Error',
      status: 404,
      code: 'NoSuchKey',
      message: expect.stringContaining(`GetObject of s3://${bucket}/none was refused: NoSuchKey: `),
    })
    await expect(s3.putObject({ bucket: `${bucket}-not`, key: 'x' }, 'x')).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
      message: expect.stringContaining(`Create the bucket ${bucket}-not`),
    })
  })
})

describe('on a server that checks signatures', () => {
  it('is refused with a wrong secret, which no error shows', async () => {
    const bucket = await newBucket(s3At('S3'))
    const wrong = s3At('S3', { awsSecretKey: 'not-the-secret-of-anybody' })
    const error: unknown = await wrong.putObject({ bucket, key: 'x' }, 'x').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'S3Error', status: 403, code: 'SignatureDoesNotMatch', retryable: false })
    expect(JSON.stringify(error) + String(error)).not.toContain('not-the-secret-of-anybody')
  })

  it('finds the Region that a bucket is signed for by what S3 says of it', async () => {
    const place = { bucket: await newBucket(s3At('S3')), key: 'x' }
    await s3At('S3').putObject(place, 'there')
    const elsewhere = s3At('S3', { awsRegion: 'eu-west-1' })
    expect(await textOf(elsewhere, place.bucket, place.key)).toBe('there')
    expect(await elsewhere.headObject(place)).toMatchObject({ size: 5 })
  })
})

describe('on a server that keeps lifecycle rules', () => {
  it('adds a rule beside those that are there, once, and changes no other', async () => {
    const s3 = s3At('MOTO')
    const bucket = await newBucket(s3)
    expect(await s3.getBucketLifecycleConfiguration(bucket)).toEqual([])
    expect(await s3.addExpirationRule(bucket, { id: 'theirs & ours', prefix: 'tmp/', days: 7 })).toBe(true)
    expect(await s3.addExpirationRule(bucket, { id: 'logs', prefix: 'logs/', days: 30 })).toBe(true)
    expect(await s3.addExpirationRule(bucket, { id: 'logs', prefix: 'logs/', days: 30 })).toBe(false)
    expect(await s3.addExpirationRule(bucket, { id: 'logs', prefix: 'logs/', days: 31 })).toBe(true)
    expect(await s3.getBucketLifecycleConfiguration(bucket)).toMatchObject([
      { id: 'theirs & ours', prefix: 'tmp/', isEnabled: true, expirationDays: 7 },
      { id: 'logs', prefix: 'logs/', isEnabled: true, expirationDays: 31 },
    ])
  })

  it('keeps what it does not read of the rules that are there', async () => {
    const s3 = s3At('MOTO')
    const bucket = await newBucket(s3)
    const theirs =
      '<Rule><ID>theirs</ID><Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Status>Enabled</Status>' +
      '<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition></Rule>'
    await s3.putBucketLifecycleConfiguration(bucket, [{ id: 'theirs', isEnabled: true, xml: theirs }])
    await s3.addExpirationRule(bucket, { id: 'logs', prefix: 'logs/', days: 30 })
    const [first, second] = await s3.getBucketLifecycleConfiguration(bucket)
    expect(first?.xml).toContain('<StorageClass>STANDARD_IA</StorageClass>')
    expect(first?.xml).toContain('<Value>v</Value>')
    expect(second).toMatchObject({ id: 'logs', expirationDays: 30 })
  })
})

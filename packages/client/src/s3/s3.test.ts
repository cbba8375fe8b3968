import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createS3 } from './create-s3.ts'
import { S3Error } from './s3-error.ts'
import type { S3Options } from './s3-options.ts'

interface Seen {
  readonly line: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

type Answer = (response: http.ServerResponse, seen: Seen) => void

let answers: Answer[] = []
let seen: Seen[] = []
let s3URL = ''
/** Answers request after request as a test says; the last answer holds for all that follow. */
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const got = { line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks) }
    seen.push(got)
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, got)
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  s3URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  answers = []
  seen = []
})

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const open = (options: S3Options = {}) =>
  createS3({
    s3URL,
    awsRegion: 'eu-west-1',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: secret,
    random: () => 0,
    ...options,
  })

const says =
  (body: string | Uint8Array, headers: http.OutgoingHttpHeaders = {}, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body)
const refuses = (status: number, code: string, headers: http.OutgoingHttpHeaders = {}): Answer =>
  says(`<Error><Code>${code}</Code><Message>No.</Message><RequestId>R1</RequestId></Error>`, headers, status)

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function errorOf(call: Promise<unknown>): Promise<S3Error> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (error instanceof S3Error) return error
  throw new Error(`no S3Error: ${String(error)}`)
}

describe('a call of S3', () => {
  it('is repeated where S3 is too busy', async () => {
    answers = [refuses(503, 'SlowDown'), refuses(500, 'InternalError'), says('stone')]
    const { body } = await open().getObject({ bucket: 'quarry', key: 'a' })
    expect(await textOf(body)).toBe('stone')
    expect(seen).toHaveLength(3)
  })

  it('is not repeated where it is refused, and says what S3 said without a secret', async () => {
    answers = [refuses(403, 'AccessDenied')]
    const error = await errorOf(open().getObject({ bucket: 'quarry', key: 'a' }))
    expect([error.status, error.code, error.requestId, seen.length]).toEqual([403, 'AccessDenied', 'R1', 1])
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secret)
    expect(error.message).toContain('s3://quarry/a')
  })

  it('goes on where the connection broke, from the byte that it came to', async () => {
    answers = [
      (response) => {
        response.writeHead(200, { etag: '"1"', 'content-length': 10 }).write('01234', () => response.destroy())
      },
      (response, { headers }) => {
        const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1])
        const rest = '0123456789'.slice(start)
        response.writeHead(206, { etag: '"1"', 'content-range': `bytes ${start}-9/10` }).end(rest)
      },
    ]
    const { body } = await open().getObject({ bucket: 'quarry', key: 'a' })
    expect(await textOf(body)).toBe('0123456789')
    expect(seen.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      [undefined, undefined],
      ['bytes=5-', '"1"'],
    ])
  })

  it('does not take the beginning for the middle', async () => {
    answers = [says('0123', { etag: '"1"' })]
    const error = await errorOf(open().getObject({ bucket: 'quarry', key: 'a' }, { range: { start: 4 } }))
    expect([error.code, error.message.includes('asked for the bytes from 4 on')]).toEqual(['InvalidAnswer', true])
  })

  it('is signed again for the Region that the bucket is in, then and from then on', async () => {
    answers = [refuses(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'us-west-2' }), says('stone')]
    const s3 = open()
    await textOf((await s3.getObject({ bucket: 'quarry', key: 'a' })).body)
    await textOf((await s3.getObject({ bucket: 'quarry', key: 'b' })).body)
    expect(seen.map(({ headers }) => /\/(\w+-\w+-\d)\/s3\//.exec(headers.authorization ?? '')?.[1])).toEqual([
      'eu-west-1',
      'us-west-2',
      'us-west-2',
    ])
  })

  it.each([
    ['with blanks/and+plus', '/quarry/with%20blanks/and%2Bplus'],
    ['stein/ü%25', '/quarry/stein/%C3%BC%2525'],
    ["it's (not) *all*!", '/quarry/it%27s%20%28not%29%20%2Aall%2A%21'],
    ['a//b', '/quarry/a//b'],
  ])('names the key %j as it is', async (key, path) => {
    answers = [says('stone')]
    await textOf((await open().getObject({ bucket: 'quarry', key })).body)
    expect(seen[0]?.line).toBe(`GET ${path}`)
  })

  it('hears of an error that comes with status 200', async () => {
    answers = [refuses(200, 'InternalError')]
    const uploading = open({ maxRetries: 0 }).listObjectsV2('quarry')[Symbol.asyncIterator]().next()
    expect((await errorOf(uploading)).code).toBe('InternalError')
  })

  it.each([
    ['<ListBucketResult><Contents><Key>a'],
    ['<!DOCTYPE x [<!ENTITY a "aaaa">]><ListBucketResult>&a;</ListBucketResult>'],
    ['{"Contents":[]}'],
    [''],
  ])('takes no other XML for a list: %s', async (body) => {
    answers = [says(body)]
    const listing = open({ maxRetries: 0 }).listObjectsV2('quarry')[Symbol.asyncIterator]().next()
    expect(await errorOf(listing)).toMatchObject({ name: 'S3Error' })
  })
})

async function* stones() {
  for (let piece = 0; piece < 5; piece += 1) yield new Uint8Array(4 * 1024 * 1024)
}

describe('what is put', () => {
  it('goes in one request with its hash where it is small', async () => {
    answers = [says('', { etag: '"1"' })]
    expect(await open().putObject({ bucket: 'quarry', key: 'a' }, 'stone')).toEqual({ size: 5, etag: '"1"' })
    expect(seen[0]?.headers['x-amz-content-sha256']).toBe(
      'dc3d50da8dac041f660e4ba85339928995e771d99c33cc868f5829800829e382',
    )
    expect(seen[0]?.body.toString()).toBe('stone')
  })

  it('leaves nothing behind when a part cannot be written', async () => {
    answers = [
      says('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>'),
      refuses(403, 'AccessDenied'),
      says('', {}, 204),
    ]
    const error = await errorOf(open({ maxRetries: 0 }).putObject({ bucket: 'quarry', key: 'a' }, stones()))
    expect(error.code).toBe('AccessDenied')
    expect(seen.at(-1)?.line).toBe('DELETE /quarry/a?uploadId=u1')
  })
})

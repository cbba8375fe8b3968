import { S3Error } from './s3-error.ts'
import { sayCall } from './s3-failure.ts'
import type { S3Object, S3ObjectHead, S3Place, S3Range } from './s3-objects.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Request, S3Sender } from './send-s3.ts'
import { toS3Error } from './to-s3-error.ts'

/** Reads an object as it arrives, going on where a connection broke. */
export async function getObject(
  sender: S3Sender,
  place: S3Place,
  { range, signal }: S3Call & { readonly range?: S3Range | undefined } = {},
): Promise<S3Object> {
  checkRange(range)
  const ask = (wanted: S3Range | undefined, etag?: string): S3Request => ({
    operation: 'GetObject',
    method: 'GET',
    ...place,
    headers: {
      ...(wanted !== undefined && { range: `bytes=${wanted.start}-${wanted.end ?? ''}` }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    signal,
  })
  const request = ask(range)
  const response = await sender.send(request)
  await checkRanged(sender, response, request, range?.start ?? 0)
  const head = readHead(response.headers)
  const read: Reading = { sender, response, request, start: range?.start ?? 0 }
  // Where `fetch` decodes the body, its bytes are not those of the object, and there is no going on among them.
  const mayGoOn = head.etag !== undefined && response.headers.get('content-encoding') === null
  const goOn = mayGoOn ? (start: number) => ask({ start, end: range?.end }, head.etag) : undefined
  return { ...head, body: readBody(read, goOn) }
}

/** What S3 tells of an object, or that there is none. */
export async function headObject(
  sender: S3Sender,
  place: S3Place,
  { signal }: S3Call = {},
): Promise<S3ObjectHead | undefined> {
  try {
    return readHead((await sender.send({ operation: 'HeadObject', method: 'HEAD', ...place, signal })).headers)
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return undefined
    throw error
  }
}

interface Reading {
  readonly sender: S3Sender
  readonly response: Response
  readonly request: S3Request
  /** The first byte that was asked for. */
  readonly start: number
}

async function* readBody(reading: Reading, goOn?: (start: number) => S3Request): AsyncGenerator<Uint8Array> {
  const { sender, request, start } = reading
  let { response } = reading
  let at = start
  for (let breaks = 0; ; breaks += 1) {
    try {
      for await (const piece of piecesOf(response)) {
        at += piece.length
        breaks = 0 // Only breaks one after another count: a large object meets several.
        yield piece
      }
      return
    } catch (error) {
      request.signal?.throwIfAborted()
      const region = await sender.regionOf(request.bucket)
      const broken = toS3Error(error, request, { region, url: response.url })
      if (!(broken instanceof S3Error) || !broken.retryable || goOn === undefined || breaks >= sender.maxRetries) {
        throw broken
      }
      const again = goOn(at)
      response = await sender.send(again)
      await checkRanged(sender, response, again, at)
    }
  }
}

/** Not by `for await` over the body itself: Safari's streams cannot be iterated. */
async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Who leaves early frees the socket; after the end, or a failure, there is nothing to cancel.
    await reader.cancel().catch(() => undefined)
  }
}

/** A server that overlooks the range would have its first bytes taken for those of the middle. */
async function checkRanged(sender: S3Sender, response: Response, request: S3Request, start: number): Promise<void> {
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  if (from === undefined ? start === 0 : Number(from) === start) return
  await response.body?.cancel().catch(() => undefined)
  const region = await sender.regionOf(request.bucket)
  throw new S3Error(`${sayCall(request)}: asked for the bytes from ${start} on, and got others. Is this an S3?`, {
    status: response.status,
    code: 'InvalidAnswer',
    region,
    retryable: false,
  })
}

function readHead(headers: Headers): S3ObjectHead {
  const whole = /\/(\d{1,15})$/.exec(headers.get('content-range') ?? '')?.[1]
  const modified = Date.parse(headers.get('last-modified') ?? '')
  return {
    size: Number(whole ?? headers.get('content-length') ?? 0),
    etag: headers.get('etag') ?? undefined,
    contentType: headers.get('content-type') ?? undefined,
    lastModified: Number.isNaN(modified) ? undefined : new Date(modified),
  }
}

function checkRange(range: S3Range | undefined): void {
  if (range === undefined) return
  const { start, end = start } = range
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError(
      'range: start and end have to be whole numbers of bytes, 0 or more, the end not before the start',
    )
  }
}

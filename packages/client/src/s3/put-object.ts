import { checkedTag } from './checked-tag.ts'
import { childText, readXml, writeText } from './read-xml.ts'
import { S3Error } from './s3-error.ts'
import { sayCall } from './s3-failure.ts'
import type { S3Body, S3Place, S3PutResult } from './s3-objects.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Sender } from './send-s3.ts'
import { toParts } from './to-parts.ts'

/** S3 takes parts from 5 MiB on and 10,000 of them: at 8 MiB an object may have 78 GiB. */
const partBytes = 8 * 1024 * 1024
const mostParts = 10_000
/** The most that S3 takes in one request: 5 GiB. */
const mostBytes = 5 * 1024 ** 3

/** One object that is being written. */
interface Upload extends S3Call {
  readonly sender: S3Sender
  readonly place: S3Place
  readonly contentType?: string | undefined
}

/** Writes an object whole, in one request or in parts. */
export async function putObject(
  sender: S3Sender,
  place: S3Place,
  body: S3Body,
  options: S3Call & { readonly contentType?: string | undefined } = {},
): Promise<S3PutResult> {
  const upload = { ...options, sender, place }
  if (typeof body === 'string') return putWhole(upload, new TextEncoder().encode(body))
  if (body instanceof Uint8Array) return putWhole(upload, body)
  const parts = toParts(body, partBytes)[Symbol.asyncIterator]()
  try {
    const first = await parts.next()
    const second = first.done === true ? first : await parts.next()
    if (second.done === true) return await putWhole(upload, first.done === true ? new Uint8Array() : first.value)
    return await putInParts(upload, again(first.value ?? new Uint8Array(), second.value, parts))
  } finally {
    await parts.return(undefined)
  }
}

async function putWhole({ sender, place, contentType, signal }: Upload, body: Uint8Array): Promise<S3PutResult> {
  if (body.length > mostBytes) throw new RangeError('An object of more than 5 GiB has to be given piece by piece')
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  const request = { operation: 'PutObject', method: 'PUT', ...place, headers, body, signal } as const
  const answer = await sender.sendForText(request)
  return { size: body.length, etag: answer.headers.get('etag') ?? undefined }
}

async function putInParts(upload: Upload, parts: AsyncIterable<Uint8Array>): Promise<S3PutResult> {
  const uploadId = await createUpload(upload)
  try {
    const tags: string[] = []
    let size = 0
    for await (const part of parts) {
      if (tags.length === mostParts) {
        throw new RangeError(`S3 takes ${mostParts} parts of an object, of ${partBytes} bytes here: it is larger`)
      }
      tags.push(await uploadPart(upload, uploadId, tags.length + 1, part))
      size += part.length
    }
    return { size, etag: await completeUpload(upload, uploadId, tags) }
  } catch (error) {
    await abortUpload(upload, uploadId)
    throw error
  }
}

async function createUpload({ sender, place, contentType, signal }: Upload): Promise<string> {
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  const request = {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    ...place,
    query: { uploads: '' },
    headers,
    signal,
  } as const
  const { text } = await sender.sendForText(request)
  const root = readAnswer(text)
  const id = root?.name === 'InitiateMultipartUploadResult' ? childText(root, 'UploadId') : undefined
  if (id !== undefined && id !== '') return id
  const region = await sender.regionOf(place.bucket)
  throw new S3Error(`${sayCall(request)}: the answer names no upload. Is this an S3?`, {
    code: 'InvalidAnswer',
    region,
    retryable: false,
  })
}

function readAnswer(text: string) {
  try {
    return readXml(text)
  } catch {
    return undefined
  }
}

async function uploadPart(
  { sender, place, signal }: Upload,
  uploadId: string,
  partNumber: number,
  body: Uint8Array,
): Promise<string> {
  const query = { partNumber: String(partNumber), uploadId }
  const request = { operation: 'UploadPart', method: 'PUT', ...place, query, body, signal } as const
  const { headers } = await sender.sendForText(request)
  return checkedTag(headers.get('etag'), request, await sender.regionOf(place.bucket))
}

async function completeUpload({ sender, place, signal }: Upload, uploadId: string, tags: readonly string[]) {
  const parts = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${writeText(tag)}</ETag></Part>`)
  const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  const xml = `<CompleteMultipartUpload ${namespace}>${parts.join('')}</CompleteMultipartUpload>`
  const { text } = await sender.sendForText({
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    ...place,
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: new TextEncoder().encode(xml),
    signal,
  })
  const root = readAnswer(text)
  return root === undefined ? undefined : childText(root, 'ETag')
}

/** Without the caller's signal, which may be why the upload ends; what it fails with would hide why. */
async function abortUpload({ sender, place }: Upload, uploadId: string): Promise<void> {
  const request = { operation: 'AbortMultipartUpload', method: 'DELETE', ...place, query: { uploadId } } as const
  await sender.sendForText(request).catch(() => undefined)
}

async function* again(
  first: Uint8Array,
  second: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first
  yield second
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

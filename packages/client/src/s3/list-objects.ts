import { childText, readXml, type XmlElement } from './read-xml.ts'
import { S3Error } from './s3-error.ts'
import { sayCall } from './s3-failure.ts'
import type { S3ListedObject } from './s3-objects.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Request, S3Sender } from './send-s3.ts'

/** The objects whose keys begin so, page by page. */
export async function* listObjects(
  sender: S3Sender,
  bucket: string,
  options: S3Call & { readonly prefix?: string | undefined; readonly startAfter?: string | undefined } = {},
): AsyncGenerator<S3ListedObject> {
  const { prefix, startAfter, signal } = options
  const first = {
    'list-type': '2',
    ...(prefix !== undefined && prefix !== '' && { prefix }),
    ...(startAfter !== undefined && { 'start-after': startAfter }),
  }
  let token: string | undefined
  do {
    const query = { ...first, ...(token !== undefined && { 'continuation-token': token }) }
    const request: S3Request = { operation: 'ListObjectsV2', method: 'GET', bucket, query, signal }
    const page = readPage((await sender.sendForText(request)).text)
    if (page === undefined || (page.token !== undefined && page.token === token)) {
      const region = await sender.regionOf(bucket)
      throw new S3Error(`${sayCall(request)}: the answer is no list of objects. Is this an S3?`, {
        code: 'InvalidAnswer',
        region,
        retryable: false,
      })
    }
    yield* page.objects
    token = page.token
  } while (token !== undefined)
}

function readPage(text: string): { objects: S3ListedObject[]; token: string | undefined } | undefined {
  const root = readRoot(text)
  if (root?.name !== 'ListBucketResult') return undefined
  const objects: S3ListedObject[] = []
  for (const child of root.children) {
    if (child.name !== 'Contents') continue
    const object = readObject(child)
    if (object === undefined) return undefined
    objects.push(object)
  }
  if (childText(root, 'IsTruncated')?.trim() !== 'true') return { objects, token: undefined }
  const token = childText(root, 'NextContinuationToken')
  return token === undefined || token === '' ? undefined : { objects, token }
}

function readRoot(text: string): XmlElement | undefined {
  try {
    return readXml(text)
  } catch {
    return undefined
  }
}

function readObject(contents: XmlElement): S3ListedObject | undefined {
  const key = childText(contents, 'Key')
  const size = Number(childText(contents, 'Size') ?? Number.NaN)
  if (key === undefined || key === '' || !Number.isSafeInteger(size) || size < 0) return undefined
  const modified = Date.parse(childText(contents, 'LastModified') ?? '')
  return {
    key,
    size,
    etag: childText(contents, 'ETag'),
    lastModified: Number.isNaN(modified) ? undefined : new Date(modified),
  }
}

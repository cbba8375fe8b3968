import { ObjectError, type Objects } from '../objects.ts'
import { createFileObjects } from './file-objects.ts'
import { shown } from './file-uri.ts'

/** What of the world outside objects may be in. */
export interface ObjectPlaces {
  /** Where buckets are; without one there are none. */
  readonly buckets?: Objects | undefined
  /** The folders whose files may be read and written, as absolute paths. */
  readonly folders: readonly string[]
  /** Folders inside those that stay closed all the same, as absolute paths. */
  readonly closed?: readonly string[] | undefined
}

/** Objects by whole names: `s3://bucket/key` in the S3 that is configured, `file:///folder/name` in the folders that are open. */
export function createObjects({ buckets, folders, closed }: ObjectPlaces): Objects {
  const files = createFileObjects(folders, closed)
  const where = (uri: string): Objects => {
    if (uri.startsWith('file:')) return files
    if (!uri.startsWith('s3://')) {
      throw new ObjectError('invalid', `${shown(uri)} is neither an s3:// URI nor a file:/// URL.`)
    }
    if (buckets !== undefined) return buckets
    throw new ObjectError(
      'absent',
      `${shown(uri)}: this endpoint has no S3. Add one to its configuration, as in s3: {endpoint: "http://127.0.0.1:9000", accessKeyId: …, secretAccessKey: …}, ` +
        'or s3: {credentials: default} for Amazon S3, or start it with AWS_ENDPOINT_URL_S3; file:/// URLs need none.',
    )
  }
  return {
    async *read(uri, options) {
      yield* where(uri).read(uri, options)
    },
    size: async (uri, signal) => where(uri).size(uri, signal),
    async *list(prefix, signal) {
      yield* where(prefix).list(prefix, signal)
    },
    write: async (uri, body, signal) => where(uri).write(uri, body, signal),
  }
}

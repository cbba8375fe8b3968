/** Where an object is: `key` is its whole name, with every character as it is. */
export interface S3Place {
  readonly bucket: string
  readonly key: string
}

/** What S3 tells of an object. */
export interface S3ObjectHead {
  /** In bytes; of the whole object, also where a range of it was asked for. */
  readonly size: number
  /** With the quotes that it is sent with. */
  readonly etag?: string | undefined
  readonly contentType?: string | undefined
  readonly lastModified?: Date | undefined
}

/** An object that is being read: `body` may be read once, and holds a connection until it ends or is left. */
export interface S3Object extends S3ObjectHead {
  readonly body: AsyncIterable<Uint8Array>
}

/** Bytes of an object: from `start` on, to `end` with it. */
export interface S3Range {
  readonly start: number
  readonly end?: number | undefined
}

/** An object as a listing tells of it. */
export interface S3ListedObject {
  readonly key: string
  /** In bytes. */
  readonly size: number
  readonly etag?: string | undefined
  readonly lastModified?: Date | undefined
}

/** What can be put into a bucket: text is sent as UTF-8; what arrives piece by piece is sent in parts of 8 MiB. */
export type S3Body = string | Uint8Array | AsyncIterable<Uint8Array>

/** What was put. */
export interface S3PutResult {
  /** In bytes. */
  readonly size: number
  readonly etag?: string | undefined
}

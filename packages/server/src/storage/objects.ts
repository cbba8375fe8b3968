/** An object as a listing tells of it. */
export interface ListedObject {
  /** The whole URI. */
  readonly uri: string
  /** In bytes. */
  readonly size: number
}

/** Why an object cannot be read or written; its message names the URI and says what to do. */
export class ObjectError extends Error {
  override readonly name = 'ObjectError'
  /** `absent`: there is no S3 here to ask. */
  readonly kind: 'missing' | 'denied' | 'absent' | 'unavailable' | 'invalid'

  constructor(kind: ObjectError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/**
 * Where files are kept under whole names: `s3://bucket/key` in any S3, `file:///folder/name` in the folders that the operator opened.
 * Everything throws an `ObjectError`.
 */
export interface Objects {
  /** The object's bytes as they arrive, from `start` on. */
  read(uri: string, options?: { readonly start?: number; readonly signal?: AbortSignal }): AsyncIterable<Uint8Array>
  /** Its size in bytes; `undefined` when there is no such object. */
  size(uri: string, signal?: AbortSignal): Promise<number | undefined>
  /** The objects whose URIs begin so, in the order of their names. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<ListedObject>
  /** Writes an object whole: it is not seen before it is complete. Gives what was written, in bytes. */
  write(uri: string, body: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number>
}

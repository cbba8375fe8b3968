/** The files of batches, by their URIs (`s3://bucket/key`). */
export interface BatchFiles {
  write(uri: string, lines: readonly string[], signal?: AbortSignal): Promise<void>
  /** Throws, once it is read or before, what tells that there is no such file. */
  read(uri: string, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** The URIs of all files whose URI starts so. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<string>
  /** A file that is not there is removed already. */
  remove(uri: string, signal?: AbortSignal): Promise<void>
}

/** A URI under a prefix, which may end with a slash. */
export function under(prefix: string, name: string): string {
  return `${prefix}${prefix.endsWith('/') ? '' : '/'}${name}`
}

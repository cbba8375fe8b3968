import { ObjectError } from '../objects.ts'

/**
 * The path that a `file:` URI names, decoded once; it may end with `/`. An `ObjectError` for what names none, or more than one: a host, a
 * query, an encoded slash, `.` and `..`, an empty name between two slashes.
 */
export function parseFileUri(uri: string): string {
  const refuse = (fault: string): never => {
    throw new ObjectError(
      'invalid',
      `${shown(uri)} ${fault}. Write it like file:///folder/name.jsonl, %20 for a blank.`,
    )
  }
  const encoded = /^file:\/\/(\/[^?#]*)$/s.exec(uri)?.[1] ?? refuse('names no file of this machine')
  if (/%2f/i.test(encoded)) refuse('has an encoded slash, which no name of a file has')
  let path: string
  try {
    path = decodeURIComponent(encoded)
  } catch {
    return refuse('has a % that encodes nothing')
  }
  if (path.includes('\0')) refuse('has a zero byte, which no name of a file has')
  const names = path.split('/').slice(1)
  if (names.some((name) => name === '..' || name === '.')) refuse('has . or .. between slashes')
  if (names.slice(0, -1).includes('')) refuse('has two slashes in a row')
  return path
}

/** The URI of a path, such as `parseFileUri` reads. */
export function fileUri(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`
}

/** A URI in a message: on one line, and no longer than it is worth. */
export function shown(uri: string): string {
  return JSON.stringify(uri.length <= 300 ? uri : `${uri.slice(0, 297)}...`).slice(1, -1)
}

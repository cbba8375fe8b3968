import { BrokenEventError } from '../reliability/broken-event-error.ts'

const start = '{"type":"'

/**
 * The name of a Messages event by its JSON, which begins with its type in all that Bedrock sends; `''` when it has none. Throws
 * `BrokenEventError` for what is no JSON object, as far as its beginning and its end tell.
 */
export function eventName(data: string): string {
  checkEvent(data)
  if (data.startsWith(start)) return data.slice(start.length, data.indexOf('"', start.length))
  const { type } = parse(data)
  return typeof type === 'string' ? type : ''
}

/** Throws `BrokenEventError` for what is no JSON object, as far as its beginning and its end tell without reading all of it. */
export function checkEvent(data: string): void {
  if (!data.startsWith('{') || !data.endsWith('}')) parse(data)
}

function parse(data: string): { readonly type?: unknown } {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (cause) {
    throw new BrokenEventError(data, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null) throw new BrokenEventError(data)
  return parsed
}

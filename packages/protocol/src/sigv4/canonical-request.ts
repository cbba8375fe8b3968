import { percentEncode, percentRecode } from './percent-encoding.ts'

/** What a signature covers besides the body. Everything is exactly as on the wire. */
export interface SignableRequest {
  readonly method: string
  /** Percent-encoded as sent; it is encoded once more for the signature and never normalised. */
  readonly rawPath: string
  /** Without `?`. */
  readonly rawQuery: string
  /** Names in lower case; `:authority` is a name like any other. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The canonical request of SigV4 by the one rule that verifies every client (WIRE §2.1): raw path encoded again,
 * parameters sorted, exactly the signed headers in their given order, and the payload hash.
 */
export function canonicalRequest(
  request: SignableRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  let headers = ''
  for (const name of signedHeaders) headers += `${name}:${canonicalHeaderValue(headerOf(request.headers, name))}\n`
  const path = percentEncode(request.rawPath, true)
  const query = request.rawQuery === '' ? '' : canonicalQuery(request.rawQuery)
  return `${request.method}\n${path}\n${query}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`
}

/** The canonical query string: parameters encoded alike, sorted by name and then value, without those left out. */
export function canonicalQuery(rawQuery: string, leftOut: readonly string[] = []): string {
  const parameters: Array<readonly [name: string, value: string]> = []
  for (const part of rawQuery.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = percentRecode(equals < 0 ? part : part.slice(0, equals))
    if (leftOut.includes(name)) continue
    parameters.push([name, equals < 0 ? '' : percentRecode(part.slice(equals + 1))])
  }
  // Names first: `Param` comes before `Param-3` although `-` sorts before `=`.
  parameters.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
  return parameters.map(([name, value]) => `${name}=${value}`).join('&')
}

/** A header value as signatures see it: trimmed, inner runs of blanks made one space. */
export function canonicalHeaderValue(value: string): string {
  let blankBefore = true
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    const blank = isBlank(code)
    if ((blank && (blankBefore || code !== 32)) || code > 127) return collapse(value)
    blankBefore = blank
  }
  return blankBefore ? collapse(value) : value
}

function collapse(value: string): string {
  let collapsed = ''
  let wordAt = -1
  for (let index = 0; index <= value.length; index++) {
    if (index < value.length && !isBlank(value.charCodeAt(index))) {
      if (wordAt < 0) wordAt = index
    } else if (wordAt >= 0) {
      collapsed += (collapsed === '' ? '' : ' ') + value.slice(wordAt, index)
      wordAt = -1
    }
  }
  return fromWire(collapsed)
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * HTTP servers hand over header bytes one character each, but clients sign text as UTF-8: bytes that are UTF-8 are read
 * as the text they stand for, others stay as they are (the JavaScript clients send Latin-1).
 */
function fromWire(value: string): string {
  const bytes = new Uint8Array(value.length)
  let ascii = true
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code > 255) return value
    if (code > 127) ascii = false
    bytes[index] = code
  }
  if (ascii) return value
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return value
  }
}

/**
 * A client that signs `host` over HTTP/2 sends its value as `:authority`, and a proxy may turn one into the other: they
 * name the same thing, so either stands in for the other when it is absent.
 */
function headerOf(headers: SignableRequest['headers'], name: string): string {
  const value = headers[name]
  // What a record inherits (`constructor`) is never a string, and asking for its type is faster than asking who owns it.
  if (typeof value === 'string') return value
  const other = name === 'host' ? headers[':authority'] : name === ':authority' ? headers['host'] : undefined
  return typeof other === 'string' ? other : ''
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

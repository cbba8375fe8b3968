import { parseHttpDate } from '@outcrop/protocol'

/** Headers as far as they are read. */
export type HeaderSource = Pick<Headers, 'get'>

/**
 * How long a server asks to wait, in milliseconds: `retry-after-ms`, `x-amz-retry-after` (the same unit), or `retry-after` in
 * seconds or as a date, which counts from the server's own `date` where there is one. What is none of these asks nothing; a date
 * of the past asks for 0. The answer is finite and not negative, and otherwise unbounded.
 */
export function readRetryAfter(headers: HeaderSource, nowMs: number): number | undefined {
  const ms = readNumber(headers.get('retry-after-ms')) ?? readNumber(headers.get('x-amz-retry-after'))
  if (ms !== undefined) return ms
  const text = headers.get('retry-after')
  const seconds = readNumber(text)
  if (seconds !== undefined) return seconds * 1000
  const until = text === null ? undefined : parseHttpDate(text)
  if (until === undefined) return undefined
  return Math.max(0, until - (parseHttpDate(headers.get('date') ?? '') ?? nowMs))
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined
}

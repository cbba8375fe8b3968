/** An instant as SigV4 writes it: `20150830T123600Z`. */
export function toAmzDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Reads `20150830T123600Z` as milliseconds of the epoch; undefined when it is not such a date. */
export function parseAmzDate(text: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined
  const part = (from: number, to: number): number => Number(text.slice(from, to))
  const [day, hour, minute, second] = [part(6, 8), part(9, 11), part(11, 13), part(13, 15)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const epochMs = Date.UTC(part(0, 4), part(4, 6) - 1, day, hour, minute, second)
  // Date.UTC lets a 31st of February run over into March, and reads years before 100 as of the last century.
  const date = new Date(epochMs)
  return date.getUTCDate() === day &&
    date.getUTCMonth() === part(4, 6) - 1 &&
    text.startsWith(String(date.getUTCFullYear()))
    ? epochMs
    : undefined
}

const months: Readonly<Record<string, number>> = {
  Jan: 0,
  Feb: 1,
  Mar: 2,
  Apr: 3,
  May: 4,
  Jun: 5,
  Jul: 6,
  Aug: 7,
  Sep: 8,
  Oct: 9,
  Nov: 10,
  Dec: 11,
}

/** Reads an HTTP date (`Sun, 30 Aug 2015 12:36:00 GMT`) as milliseconds of the epoch; undefined when it is not one. */
export function parseHttpDate(text: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text)
  const month = match === null ? undefined : months[match[2] ?? '']
  if (match === null || month === undefined) return undefined
  const epochMs = Date.UTC(Number(match[3]), month, ...[match[1], match[4], match[5], match[6]].map(Number))
  return Number.isNaN(epochMs) ? undefined : epochMs
}

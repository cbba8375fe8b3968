/** An instant as SigV4 writes it: `20150830T123600Z`. */
export function toAmzDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Reads `20150830T123600Z` as milliseconds of the epoch; undefined when it is not such a date. */
export function parseAmzDate(text: string): number | undefined {
  if (text.length !== 16 || text[8] !== 'T' || text[15] !== 'Z') return undefined
  const year = readDigits(text, 0, 4)
  const month = readDigits(text, 4, 6)
  const day = readDigits(text, 6, 8)
  const hour = readDigits(text, 9, 11)
  const minute = readDigits(text, 11, 13)
  const second = readDigits(text, 13, 15)
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC lets a 31st of February run over into March, and reads years before 100 as of the last century. What is not
  // a number equals nothing.
  const date = new Date(epochMs)
  const isExact = date.getUTCDate() === day && date.getUTCMonth() === month - 1 && date.getUTCFullYear() === year
  return isExact ? epochMs : undefined
}

function readDigits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : NaN
  }
  return value
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

/** What a server-sent event carries; without `event` its type is `message`. */
export interface SseFields {
  readonly event?: string
  readonly data: string
  readonly id?: string
}

const lineEnd = /\r\n|\r|\n/

/** Encodes one server-sent event as text, one `data:` line for each line of its data. */
export function encodeSseEvent(fields: SseFields): string {
  let text = ''
  if (fields.event !== undefined) text += `event: ${oneLine('event', fields.event)}\n`
  if (fields.id !== undefined) text += `id: ${oneLine('id', fields.id)}\n`
  // JSON, which is nearly all that is sent, has no raw line ends: one line without a split.
  if (!lineEnd.test(fields.data)) return `${text}data: ${fields.data}\n\n`
  for (const line of fields.data.split(lineEnd)) text += `data: ${line}\n`
  return `${text}\n`
}

function oneLine(field: 'event' | 'id', value: string): string {
  // A NUL makes readers ignore an id; a line end would start a field of its own.
  if (lineEnd.test(value) || value.includes('\0')) {
    throw new TypeError(`The ${field} of a server-sent event must be one line without NUL`)
  }
  return value
}

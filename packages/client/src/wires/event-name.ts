const start = '{"type":"'

/** The name of a Messages event by its JSON, which begins with its type in all that Bedrock sends; `''` when it has none. */
export function eventName(data: string): string {
  if (data.startsWith(start)) return data.slice(start.length, data.indexOf('"', start.length))
  const parsed: unknown = JSON.parse(data)
  return typeof parsed === 'object' && parsed !== null && 'type' in parsed && typeof parsed.type === 'string'
    ? parsed.type
    : ''
}

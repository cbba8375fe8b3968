import { base64ToText } from './base64-bytes.ts'

const decoder = new TextDecoder()
// `{"bytes":"`: how Bedrock's own chunks begin (WIRE §4.3).
const start = new TextEncoder().encode('{"bytes":"')
const quote = 34

/** The text inside the payload of an InvokeModelWithResponseStream chunk; `undefined` when it is no such payload. */
export function readChunkText(payload: Uint8Array): string | undefined {
  if (start.every((code, index) => payload[index] === code)) {
    const end = payload.indexOf(quote, start.length)
    const text = end < 0 ? undefined : base64ToText(payload, start.length, end)
    if (text !== undefined) return text
  }
  return readByParsing(payload)
}

/** Any other spelling of the same JSON, such as a gateway's. */
function readByParsing(payload: Uint8Array): string | undefined {
  try {
    const parsed: unknown = JSON.parse(decoder.decode(payload))
    if (typeof parsed !== 'object' || parsed === null || !('bytes' in parsed)) return undefined
    const { bytes } = parsed
    if (typeof bytes !== 'string') return undefined
    const encoded = new TextEncoder().encode(bytes)
    return base64ToText(encoded, 0, encoded.length)
  } catch {
    return undefined
  }
}

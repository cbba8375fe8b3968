import type { TextPart } from './compose-text.ts'

/** Goes on where the caller's start of the answer ends, so that both together read as one. */
export function continuePrefill(parts: readonly TextPart[], prefill: string): readonly TextPart[] {
  const [first, ...rest] = parts
  if (first === undefined) return parts
  if (first.text.startsWith(prefill)) return [{ ...first, text: first.text.slice(prefill.length) }, ...rest]
  const json = continueJson(first.text, prefill)
  if (json !== undefined) return [{ text: json }]
  const blank = /\s$/.test(prefill) ? '' : ' '
  return [{ ...first, text: blank + first.text }, ...rest]
}

/** JSON that began with its bracket: the whole value without that bracket, whatever blanks stand around it. */
function continueJson(text: string, prefill: string): string | undefined {
  const start = prefill.trim()
  if (start !== '{' && start !== '[') return undefined
  if (text.startsWith(start)) return text.slice(1).trimStart()
  // Nothing asked for JSON but the bracket itself.
  const said = JSON.stringify(text)
  return start === '{' ? `"message": ${said}}` : `${said}]`
}

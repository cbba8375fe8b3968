import { AskedFailure, explainFaultKind, type Fault, findFaultKind } from '../../faults.ts'
import type { BackendCall } from '../backend.ts'

/** The words that ask for a fault in the last user turn; a header without them does the same. */
const marker = 'outcrop:fault='
const header = 'x-outcrop-fault'

/**
 * The fault that a plain request asks for, in the header `x-outcrop-fault: KIND[,after=N][,ms=N]` or by the words
 * `outcrop:fault=KIND[,after=N][,ms=N]` in the text of its last turn. Throws a refusal that says which kinds there are.
 */
export function readAskedFault({ headers, request }: BackendCall): Fault | undefined {
  const asked = headers[header]
  if (asked !== undefined) return parseFault(asked, header)
  const last = request.messages.at(-1)
  if (last?.role !== 'user') return undefined
  if (typeof last.content === 'string') return findIn(last.content)
  for (const block of last.content) {
    const fault = block.type === 'text' ? findIn(block.text) : undefined
    if (fault !== undefined) return fault
  }
  return undefined
}

function findIn(text: string): Fault | undefined {
  const at = text.indexOf(marker)
  if (at === -1) return undefined
  const words = /^[\w-]{0,64}(?:,(?:after|ms)=\d{1,7})*/.exec(text.slice(at + marker.length, at + marker.length + 128))
  return parseFault(words?.[0] ?? '', marker.slice(0, -1))
}

function parseFault(words: string, place: string): Fault {
  const [word = '', ...settings] = words.split(',').map((part) => part.trim())
  const kind = findFaultKind(word)
  if (kind === undefined) {
    throw new AskedFailure('validation', `${place} "${word.slice(0, 64)}" names no fault: ${explainFaultKind(word)}`)
  }
  const fault: { kind: Fault['kind']; after?: number; ms?: number } = { kind }
  for (const setting of settings) {
    const [, name, digits] = /^(after|ms)=(\d{1,7})$/.exec(setting) ?? []
    if (name === 'after') fault.after = Number(digits)
    else if (name === 'ms') fault.ms = Number(digits)
    else {
      const found = setting.slice(0, 64)
      throw new AskedFailure('validation', `${place}: expected after=NUMBER or ms=NUMBER, found "${found}"`)
    }
  }
  return fault
}

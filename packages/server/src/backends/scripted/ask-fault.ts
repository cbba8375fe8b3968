import { AskedFailure, explainFaultKind, type Fault, findFaultKind } from '../../faults.ts'
import type { BackendCall } from '../backend.ts'

/** The words that ask for a fault in the last user turn; a header without them does the same. */
const marker = 'outcrop:fault='
const header = 'x-outcrop-fault'

/**
 * The fault that a plain request asks for, by the header `x-outcrop-fault: KIND[,after=N][,ms=N][,retry-after=N]`, by the
 * id of its model (`MODEL.fault-KIND[.after-N]…`) or by the words `outcrop:fault=KIND[,after=N]…` in the text of its last
 * turn. Throws a refusal that says which kinds there are.
 */
export function readAskedFault({ headers, askedFault, request }: BackendCall): Fault | undefined {
  const asked = headers[header]
  if (asked !== undefined) return parseFault(asked, header)
  if (askedFault !== undefined) return parseFault(askedFault, 'the model id')
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
  const start = at + marker.length
  const words = /^[\w-]{0,64}(?:,(?:after|ms|retry-after)=\d{1,7})*/.exec(text.slice(start, start + 128))
  return parseFault(words?.[0] ?? '', marker.slice(0, -1))
}

const settings: Readonly<Record<string, 'after' | 'ms' | 'retryAfter'>> = Object.assign(Object.create(null), {
  after: 'after',
  ms: 'ms',
  'retry-after': 'retryAfter',
})

function parseFault(words: string, place: string): Fault {
  const [word = '', ...rest] = words.split(',', 8).map((part) => part.trim().slice(0, 64))
  const kind = findFaultKind(word)
  if (kind === undefined) {
    throw new AskedFailure('validation', `${place} "${word}" names no fault: ${explainFaultKind(word)}`)
  }
  const fault: { kind: Fault['kind']; after?: number; ms?: number; retryAfter?: number } = { kind }
  for (const setting of rest) {
    // In an id an equals sign would be encoded by some clients and refused by others.
    const [, name = '', digits] = /^(after|ms|retry-after)[=-](\d{1,7})$/.exec(setting) ?? []
    const key = settings[name]
    if (key === undefined) {
      throw new AskedFailure(
        'validation',
        `${place}: expected after=NUMBER, ms=NUMBER or retry-after=NUMBER, found "${setting}"`,
      )
    }
    fault[key] = Number(digits)
  }
  return fault
}

import { AskedFailure, explainFaultKind, findFaultKind } from '../../faults.ts'
import type { Script, ScriptReply } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import { type Asked, createMatcher, type Difference, type Matcher, quoted, readAsked } from './match-script.ts'

/** The scripts in force, and how far each has come. */
export interface ScriptBook {
  isEmpty(): boolean
  /** The reply to a call; nothing when no script matches. Throws a refusal that explains the miss when misses are refused. */
  find(call: BackendCall): ScriptReply | undefined
  add(...scripts: readonly Script[]): void
  reset(): void
}

interface Entry {
  readonly script: Script
  readonly name: string
  readonly differences: Matcher
  /** How many calls met its conditions, and how many of those it answered. */
  met: number
  used: number
}

/** Opens a book with scripts that stay; in a strict one, a request that none matches is refused. */
export function createScriptBook(scripts: readonly Script[], strict: boolean): ScriptBook {
  const open = (): Entry[] => scripts.map(toEntry)
  let entries = open()
  return {
    isEmpty: () => entries.length === 0 && !strict,
    find(call) {
      const asked = readAsked(call)
      let nearest: { readonly name: string; readonly differences: readonly Difference[] } | undefined
      for (const entry of entries) {
        const met = entry.differences(asked)
        const differences = met.length > 0 ? met : untimely(entry)
        if (differences.length === 0) return nextReply(entry, asked)
        if (nearest === undefined || differences.length < nearest.differences.length) {
          nearest = { name: entry.name, differences }
        }
      }
      if (strict) throw missed(asked, nearest)
      return undefined
    },
    add(...added) {
      entries = [...added.map(toEntry), ...entries]
    },
    reset() {
      entries = open()
    },
  }
}

const faultOf = (reply: ScriptReply): ScriptReply['fault'] => reply.fault

function toEntry(script: Script, index: number): Entry {
  const { name = `script ${index + 1}`, reply, replies, fault } = script
  if (replies?.length === 0 || (reply === undefined && replies === undefined && fault === undefined)) {
    throw new TypeError(`${name} has no answer: give it a reply, replies or a fault`)
  }
  for (const asked of [fault, typeof reply === 'object' ? reply.fault : undefined, ...(replies ?? []).map(faultOf)]) {
    const word = typeof asked === 'object' ? asked.kind : asked
    if (word !== undefined && findFaultKind(word) === undefined) {
      throw new TypeError(`${name} asks for the fault "${word}": ${explainFaultKind(word)}`)
    }
  }
  return { script, name, differences: createMatcher(script.match), met: 0, used: 0 }
}

/** Why a script whose conditions are met does not answer this call: another one is its turn. */
function untimely(entry: Entry): readonly Difference[] {
  const { match, times } = entry.script
  const call = typeof match === 'object' ? match.call : undefined
  entry.met++
  if (times !== undefined && entry.used >= times) return [`times: it has answered ${entry.used} of ${times}`]
  if (call === undefined) return []
  const calls = typeof call === 'number' ? [call] : call
  return calls.includes(entry.met) ? [] : [`match.call expected ${calls.join(' or ')}, found ${entry.met}`]
}

function nextReply(entry: Entry, asked: Asked): ScriptReply {
  const { reply, replies, atEnd, fault } = entry.script
  const at = entry.used++
  if (replies !== undefined && atEnd === 'fail' && at >= replies.length) {
    const answers = replies.length === 1 ? 'its one answer' : `all of its ${replies.length} answers`
    throw new AskedFailure('validation', `The script ${quoted(entry.name)} has given ${answers}, and then fails.`)
  }
  const chosen =
    typeof reply === 'function' ? reply(asked) : (reply ?? replies?.[Math.min(at, replies.length - 1)] ?? {})
  return chosen.fault === undefined && fault !== undefined ? { ...chosen, fault } : chosen
}

function missed(
  asked: Asked,
  nearest: { readonly name: string; readonly differences: readonly Difference[] } | undefined,
): AskedFailure {
  const request = `${asked.wire}, ${asked.modelId}, turn ${asked.turn}, text ${quoted(asked.text)}`
  const near =
    nearest === undefined
      ? 'There are no scripts.'
      : `The nearest is ${quoted(nearest.name)}: ${nearest.differences.join('; ')}.`
  return new AskedFailure('validation', `No script matches this request (${request}). ${near}`)
}

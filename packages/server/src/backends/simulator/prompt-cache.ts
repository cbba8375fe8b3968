import { hash } from 'node:crypto'

import { type Json, type ModelEntry, pricesOf, toFamily, type TokenRate } from '@outcrop/protocol'

import type { StatePart } from '../../state-part.ts'
import type { BackendCall } from '../backend.ts'
import type { Media } from './media/media.ts'
import { type Entries, isAlive, lifeMs, loadEntries, saveEntries } from './prompt-cache-entries.ts'
import { asksForCaching, type PromptPart, readPromptParts } from './prompt-parts.ts'

/** The input tokens of a call that caching took out of the rest, by what became of them. */
export interface CachedInput {
  readonly read: number
  readonly written5m: number
  readonly written1h: number
}

/** Remembers which prefixes of prompts were written, and for how long; never what they said, not even when it is saved. */
export interface PromptCache extends StatePart {
  /** What a call reads and writes, which it hereby does; nothing when it asks for no caching or is too small for it. */
  charge(call: BackendCall, media: Media, rate: TokenRate): CachedInput | undefined
  load(saved: Json | undefined): void
}

/** Creates an empty cache on a clock in milliseconds; past its limit it forgets what was used longest ago. */
export function createPromptCache(now: () => number, mostEntries = 20_000): PromptCache {
  let entries: Entries = new Map()
  let changes = 0
  return {
    name: 'promptCache',
    charge(call, media, rate) {
      if (!asksForCaching(call.request)) return undefined
      const prefixes = readPrefixes(call, readPromptParts(call, media), rate)
      const marked = findMarked(prefixes, minimumOf(call.model))
      if (marked.length === 0) return undefined
      const time = now()
      const hit = findHit(prefixes, marked, entries, time)
      const charged = chargeFor(marked, hit)
      changes++
      for (const { key, ttl } of marked) keep(entries, key, ttl, time)
      if (hit !== undefined) keep(entries, hit.key, '5m', time)
      for (const key of entries.keys()) {
        if (entries.size <= mostEntries) break
        entries.delete(key)
      }
      return charged
    },
    save: () => saveEntries(entries, now()),
    load(saved) {
      entries = saved === undefined ? new Map() : loadEntries(saved, mostEntries)
      changes++
    },
    changes: () => changes,
  }
}

/** The prompt up to and including one of its parts. */
interface Prefix {
  /** Says who asked whom, and everything up to here. */
  readonly key: string
  readonly tokens: number
  readonly ttl: PromptPart['ttl']
  readonly isBlock: boolean
}

type MarkedPrefix = Prefix & { readonly index: number; readonly ttl: '5m' | '1h' }

/** How many blocks Anthropic looks back from a breakpoint, itself the first, for what an earlier request wrote. */
const lookback = 20

function readPrefixes(
  { model, caller }: BackendCall,
  parts: readonly PromptPart[],
  rate: TokenRate,
): readonly Prefix[] {
  const hasHour = keepsAnHour(model)
  const prefixes: Prefix[] = []
  // A cache belongs to an account, in one Region, and to a model.
  let key = JSON.stringify([caller.account, caller.region, model.modelId])
  let [text, seen] = [0, 0]
  const end = parts.findLastIndex(({ ttl }) => ttl !== undefined) + 1
  for (let index = 0; index < end; index++) {
    const part = parts[index]
    if (part === undefined) break
    key = hash('sha256', `${key} ${part.text}`, 'base64')
    text += part.cost.text
    seen += part.cost.seen
    const ttl = part.ttl === '1h' && !hasHour ? '5m' : part.ttl
    // As a whole, so that all prefixes together are rounded as the request is.
    prefixes.push({ key, tokens: toFamily(text, rate) + seen, ttl, isBlock: part.isBlock })
  }
  return prefixes
}

/** The prefixes that are to be cached: what is marked and too small is silently not (WIRE §9.3). */
function findMarked(prefixes: readonly Prefix[], minimum: number): readonly MarkedPrefix[] {
  const marked: MarkedPrefix[] = []
  for (const [index, prefix] of prefixes.entries()) {
    const { ttl } = prefix
    if (ttl !== undefined && prefix.tokens >= minimum) marked.push({ ...prefix, ttl, index })
  }
  return marked
}

/** The longest prefix that was written and still lives, sought backwards from each breakpoint. */
function findHit(
  prefixes: readonly Prefix[],
  marked: readonly MarkedPrefix[],
  entries: Entries,
  time: number,
): Prefix | undefined {
  for (let at = marked.length - 1; at >= 0; at--) {
    let blocks = 0
    for (let index = marked[at]?.index ?? -1; index >= 0; index--) {
      const prefix = prefixes[index]
      if (prefix === undefined) break
      if (prefix.isBlock && ++blocks > lookback) break
      if (isAlive(entries.get(prefix.key), time)) return prefix
    }
  }
  return undefined
}

/** What lies behind the hit is written: up to the last hour-long breakpoint for an hour, the rest for five minutes. */
function chargeFor(marked: readonly MarkedPrefix[], hit: Prefix | undefined): CachedInput {
  const read = hit?.tokens ?? 0
  const hour = Math.max(read, marked.findLast(({ ttl }) => ttl === '1h')?.tokens ?? 0)
  const whole = Math.max(hour, marked.at(-1)?.tokens ?? 0)
  return { read, written1h: hour - read, written5m: whole - hour }
}

/** Writes a prefix, or uses the one that is there: it keeps the life that it was written with, from now on. */
function keep(entries: Entries, key: string, ttl: '5m' | '1h', time: number): void {
  const before = entries.get(key)
  const ttlMs = before !== undefined && isAlive(before, time) ? before.ttlMs : lifeMs[ttl]
  entries.delete(key)
  entries.set(key, { ttlMs, expiresAt: time + ttlMs })
}

/** Fewer tokens than this are not cached; nothing is by models from before caching. */
function minimumOf({ minCacheableTokens, anthropicName }: ModelEntry): number {
  if (minCacheableTokens !== null) return minCacheableTokens
  // [?] WIRE §9.3 has no figure for the newest models: most have this one.
  return anthropicName.startsWith('claude-3-') ? Infinity : 1_024
}

/** Models before 4.5 have no price for an hour; [?] what they answer to one is not recorded, so they keep five minutes. */
function keepsAnHour({ modelId }: ModelEntry): boolean {
  const prices = pricesOf(modelId)
  return prices.length === 0 || prices.some(({ cacheWrite1h }) => cacheWrite1h !== undefined)
}

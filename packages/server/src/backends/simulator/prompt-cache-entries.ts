import type { Json } from '@outcrop/protocol'

interface Entry {
  readonly ttlMs: number
  readonly expiresAt: number
}

/** By the hash of a prefix, what was used last at the end. */
export type Entries = Map<string, Entry>

/** How long a prefix is kept after its last use, in milliseconds. */
export const lifeMs = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const

/** Whether what was written can still be read. */
export function isAlive(entry: Entry | undefined, time: number): boolean {
  return entry !== undefined && time < entry.expiresAt
}

/** The entries that live, as `[hash, '5m' | '1h', when it expires in milliseconds of the epoch]`, what was used last at the end. */
export function saveEntries(entries: Entries, time: number): Json {
  const saved: Json[] = []
  for (const [key, entry] of entries) {
    if (isAlive(entry, time)) saved.push([key, entry.ttlMs === lifeMs['1h'] ? '1h' : '5m', entry.expiresAt])
  }
  return saved
}

/** Reads what was saved; throws a sentence for anything else. */
export function loadEntries(saved: Json, mostEntries: number): Entries {
  if (!Array.isArray(saved) || saved.length > mostEntries) {
    throw new Error(`expected a list of at most ${mostEntries} cached prompts`)
  }
  const entries: Entries = new Map()
  for (const [index, entry] of saved.entries()) {
    const [key, ttl, expiresAt]: readonly Json[] = Array.isArray(entry) ? entry : []
    const isOurs = typeof key === 'string' && /^[A-Za-z\d+/]{43}=$/.test(key) && (ttl === '5m' || ttl === '1h')
    if (!isOurs || typeof expiresAt !== 'number') {
      throw new Error(
        `expected [SHA-256 in base64, "5m" or "1h", milliseconds of the epoch], found something else at ${index}`,
      )
    }
    entries.set(key, { ttlMs: lifeMs[ttl], expiresAt })
  }
  return entries
}

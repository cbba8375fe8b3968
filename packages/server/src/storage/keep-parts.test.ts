import type { Json } from '@outcrop/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StatePart } from '../state-part.ts'
import { keepParts, savedParts } from './keep-parts.ts'
import { createMemoryStore } from './memory-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const said: string[] = []
const log = {
  info() {},
  warn() {},
  error: (message: string, cause: unknown) =>
    void said.push(`${message}: ${cause instanceof Error ? cause.message : ''}`),
}
beforeEach(() => void said.splice(0))

/** A part that counts, and how often it was saved. */
function createCounter(name: string) {
  const held = { count: 0, saves: 0 }
  let changes = 0
  const part: StatePart = {
    name,
    save() {
      held.saves++
      return held.count
    },
    load(saved) {
      if (saved !== undefined && typeof saved !== 'number') throw new Error('expected a number')
      held.count = saved ?? 0
      changes++
    },
    changes: () => changes,
  }
  const count = (): void => {
    held.count++
    changes++
  }
  return { part, held, count }
}

it('loads what was saved, and saves what has changed at most once a second', async () => {
  const store = createMemoryStore({ parts: [[['calls'], 7]] })
  const { part, held, count } = createCounter('calls')
  const keeper = await keepParts(store, [part], log)
  expect(held.count).toBe(7)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(held.saves).toBe(0)
  for (let call = 0; call < 1_000; call++) count()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([held.saves, store.get(savedParts, ['calls'])]).toEqual([1, 1_007])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(held.saves).toBe(1)
  await keeper.close()
  expect(held.saves).toBe(1)
})

it('saves at the end what has changed since, and parts that do not count their changes', async () => {
  const store = createMemoryStore()
  const { part, count } = createCounter('calls')
  const quiet: StatePart = { name: 'quiet', save: () => Promise.resolve(['x']), load() {} }
  const keeper = await keepParts(store, [part, quiet], log)
  count()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(store.get(savedParts, ['quiet'])).toBe(undefined)
  count()
  await keeper.close()
  expect(store.list(savedParts)).toEqual([
    [['calls'], 2],
    [['quiet'], ['x']],
  ])
  count()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(store.get(savedParts, ['calls'])).toBe(2)
})

it('saves again what has changed while it was saved', async () => {
  const store = createMemoryStore()
  const { part, held, count } = createCounter('calls')
  const slow: StatePart = {
    ...part,
    async save() {
      const saved = held.count
      await Promise.resolve()
      if (saved === 1) count()
      return saved
    },
  }
  const keeper = await keepParts(store, [slow], log)
  count()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(store.get(savedParts, ['calls'])).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(store.get(savedParts, ['calls'])).toBe(2)
  await keeper.close()
})

it('says once that nothing can be saved, and goes on trying', async () => {
  let isFull = true
  const kept: Json[] = []
  const store = createMemoryStore(
    {},
    {
      commit(changes) {
        if (isFull) throw new Error('the disk is full')
        for (const { document } of changes) if (document !== undefined) kept.push(document)
      },
      replace() {},
      close() {},
    },
  )
  const { part, count } = createCounter('calls')
  const keeper = await keepParts(store, [part], log)
  count()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(said).toEqual([
    'quotas used, cached prompts or the clock could not be saved; it is tried again: the disk is full',
  ])
  isFull = false
  await vi.advanceTimersByTimeAsync(2_000)
  expect(kept).toEqual([1])
  await keeper.close()
})

it('begins as new where it cannot read what was saved, and says so', async () => {
  const store = createMemoryStore({ parts: [[['calls'], 'seven']] })
  const { part, held } = createCounter('calls')
  const keeper = await keepParts(store, [part], log)
  expect(held.count).toBe(0)
  expect(said).toEqual(['what was saved of "calls" cannot be read, and it begins as new: expected a number'])
  await keeper.close()
})

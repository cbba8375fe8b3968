import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@outcrop/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { loadSqlite } from './sqlite/binding.ts'
import { openSqliteJournal } from './sqlite/sqlite-journal.ts'
import { collection, type Key, type Reader, type Store, type Transaction } from './store.ts'

const things = collection<Json>('things')
const others = collection<Json>('others')

type Entry = readonly [key: Key, document: Json]

/** What a store does, in the plainest way: one list, searched from end to end. */
class Model {
  entries: readonly Entry[] = []

  get(key: Key): Json | undefined {
    return this.entries.find((entry) => compare(entry[0], key) === 0)?.[1]
  }

  list(prefix: Key): readonly Entry[] {
    const found = this.entries.filter(([key]) => prefix.every((part, index) => key[index] === part))
    return found.toSorted(([a], [b]) => compare(a, b))
  }

  put(key: Key, document: Json): void {
    this.delete(key)
    this.entries = [...this.entries, [key, document]]
  }

  delete(key: Key): void {
    this.entries = this.entries.filter((entry) => compare(entry[0], key) !== 0)
  }
}

function compare(a: Key, b: Key): number {
  for (let index = 0; ; index++) {
    const [left, right] = [a[index], b[index]]
    if (left === undefined || right === undefined) return a.length - b.length
    if (left !== right) return left < right ? -1 : 1
  }
}

const part = fc.constantFrom('', 'a', 'aa', 'ab', 'a\u0001', 'b', '\u0001', 'é', '\ud800', '\uffff', '\u{10000}')
const key = fc.array(part, { minLength: 1, maxLength: 3 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), key, document: fc.integer() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('look' as const), key, prefix: fc.array(part, { maxLength: 2 }) }),
  },
)
const transaction = fc.record({ steps: fc.array(step, { maxLength: 100 }), fails: fc.boolean() })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function look(reader: Reader, model: Model, at: Key, prefix: Key): void {
  expect(reader.get(things, at)).toEqual(model.get(at))
  expect(reader.list(things, prefix)).toEqual(model.list(prefix))
}

function take(writer: Transaction, model: Model, one: Step): void {
  if (one.do === 'look') return look(writer, model, one.key, one.prefix)
  if (one.do === 'delete') {
    writer.delete(things, one.key)
    return model.delete(one.key)
  }
  writer.put(things, one.key, one.document)
  model.put(one.key, one.document)
}

async function run(
  store: Store,
  model: Model,
  { steps, fails }: { steps: readonly Step[]; fails: boolean },
): Promise<void> {
  const before = model.entries
  const done = store.transact((writer) => {
    for (const one of steps) take(writer, model, one)
    if (fails) throw new Error('changed my mind')
  })
  expect(await done.then(() => undefined, String)).toBe(fails ? 'Error: changed my mind' : undefined)
  if (fails) model.entries = before
  for (const one of steps) if (one.do === 'look') look(store, model, one.key, one.prefix)
  look(store, model, ['a'], [])
}

describe('a store in memory', () => {
  it('does what the plainest store does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
        const store = createMemoryStore()
        const model = new Model()
        for (const one of transactions) await run(store, model, one)
        expect(store.dump()['things'] ?? []).toEqual(model.list([]))
        await store.replace({ things: model.list([]) })
        look(store, model, ['a'], [])
      }),
      { numRuns: 150 },
    )
  })

  it('lists what begins with whole parts, and never with a piece of one', async () => {
    const store = createMemoryStore()
    await store.transact((writer) => {
      for (const one of [['a'], ['a', ''], ['a', 'b'], ['ab'], ['b']]) writer.put(things, one, one.join('/'))
    })
    const documents = (prefix?: Key) => store.list(things, prefix).map(([, document]) => document)
    expect([documents(), documents(['a']), documents(['a', '']), documents(['c']), documents([])]).toEqual([
      ['a', 'a/', 'a/b', 'ab', 'b'],
      ['a', 'a/', 'a/b'],
      ['a/'],
      [],
      ['a', 'a/', 'a/b', 'ab', 'b'],
    ])
  })

  it('finds nothing under a key with U+0000, and takes none', async () => {
    const store = createMemoryStore()
    await store.transact((writer) => writer.put(things, ['a', 'b'], 1))
    expect([store.get(things, ['a\u0000b']), store.list(things, ['a\u0000b'])]).toEqual([undefined, []])
    await store.transact((writer) => writer.delete(things, ['a\u0000b']))
    expect(store.get(things, ['a', 'b'])).toBe(1)
    for (const one of [['a\u0000b'], []]) {
      await expect(store.transact((writer) => writer.put(things, one, 2))).rejects.toThrow(
        'is no key of things: it has no parts, or one with U+0000',
      )
    }
  })

  it('holds what JSON keeps of a document, whatever happens to the original', async () => {
    const store = createMemoryStore()
    const document = { name: 'a', none: undefined, tags: ['x'] }
    const where = ['a', 'b']
    await store.transact((writer) => writer.put(collection<typeof document>('things'), where, document))
    document.tags.push('y')
    where.push('c')
    expect(store.list(things)).toEqual([[['a', 'b'], { name: 'a', tags: ['x'] }]])
    const none = collection<unknown>('things')
    await expect(store.transact((writer) => writer.put(none, ['a'], undefined))).rejects.toThrow('a document is JSON')
  })

  it('keeps nothing of a transaction that its journal cannot write, and goes on with the next', async () => {
    const failures = [new Error('the disk is full')]
    const store = createMemoryStore(
      { things: [[['a'], 1]] },
      {
        commit() {
          const failure = failures.pop()
          if (failure !== undefined) throw failure
        },
        replace: () => Promise.reject(new Error('the disk is full')),
        close() {},
      },
    )
    const write = (document: Json) => store.transact((writer) => writer.put(things, ['a'], document))
    await expect(write(2)).rejects.toThrow('the disk is full')
    expect(store.get(things, ['a'])).toBe(1)
    await write(3)
    await expect(store.replace({})).rejects.toThrow('the disk is full')
    expect(store.get(things, ['a'])).toBe(3)
  })

  it('runs transactions in their order, each on what the one before it left', async () => {
    const store = createMemoryStore()
    const count = () =>
      store.transact((writer) => {
        const before = Number(writer.get(things, ['count']) ?? 0)
        writer.put(things, ['count'], before + 1)
        return before
      })
    expect(await Promise.all([count(), count(), count()])).toEqual([0, 1, 2])
  })

  it('keeps collections apart', async () => {
    const store = createMemoryStore({ others: [[['a'], 'other']] })
    await store.transact((writer) => {
      writer.put(things, ['a'], 'thing')
      expect([writer.get(others, ['a']), writer.list(others)]).toEqual(['other', [[['a'], 'other']]])
      writer.delete(others, ['a'])
    })
    expect(store.dump()).toEqual({ others: [], things: [[['a'], 'thing']] })
  })
})

describe('a store with a file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outcrop-store-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is found again as it was left, whatever was written', async () => {
    const connect = await loadSqlite()
    let files = 0
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 5 }), fc.jsonValue(), async (transactions, document) => {
        const file = join(folder, `${files++}.sqlite`)
        const { documents, ...journal } = openSqliteJournal(connect, file)
        const store = createMemoryStore(documents, journal)
        for (const one of transactions)
          await run(store, Object.assign(new Model(), { entries: store.list(things) }), one)
        await store.transact((writer) => writer.put(others, ['document'], document as Json))
        await store.close()
        const again = openSqliteJournal(connect, file)
        const reopened = createMemoryStore(again.documents, again)
        expect(reopened.list(things)).toEqual(store.list(things))
        expect(reopened.get(others, ['document'])).toEqual(store.get(others, ['document']))
        await reopened.close()
      }),
      { numRuns: 25 },
    )
  })
})

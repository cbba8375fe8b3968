import { describe, expect, it } from 'vitest'
import type { StatePart } from '../state-part.ts'
import { createMemoryStore } from '../storage/memory-store.ts'
import { collection, type Store } from '../storage/store.ts'
import { createWorld } from './world.ts'

const things = collection<{ readonly name: string }>('things')

/** A part that holds a word, and one after it that takes no "b". */
function createWordPart(name: string, refused?: string): StatePart & { word: string } {
  return {
    name,
    word: 'new',
    save() {
      return this.word
    },
    load(saved) {
      if ((saved !== undefined && saved === refused) || (saved !== undefined && typeof saved !== 'string'))
        throw new Error(`${name} takes no such word`)
      this.word = saved ?? 'new'
    },
  }
}

async function open() {
  const store = createMemoryStore({ parts: [[['first'], 'of a moment ago']], things: [[['1'], { name: 'one' }]] })
  const first = createWordPart('first')
  const second = createWordPart('second', 'b')
  const world = createWorld(store, [first, second])
  first.word = 'a'
  second.word = 'a'
  return { store, first, second, world }
}

const good = { outcrop: 'snapshot/1', documents: {}, parts: {} }

async function refusalOf(snapshot: unknown): Promise<string> {
  const { world } = await open()
  const before = await world.snapshot()
  const refusal: unknown = await world.restore(snapshot).catch((error: unknown) => error)
  expect(await world.snapshot()).toEqual(before)
  return refusal instanceof Error ? refusal.message : 'restored'
}

const deep = (levels: number): unknown => {
  let value: unknown = 0
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

/** What is wrong, and of what. */
const bad: ReadonlyArray<readonly [reason: string, snapshot: unknown]> = (
  [
    [undefined, 'expected a snapshot, as GET /admin/snapshot answers it'],
    [null, 'expected a snapshot, as GET /admin/snapshot answers it'],
    [[good], 'expected a snapshot, as GET /admin/snapshot answers it'],
    [{ documents: {}, parts: {} }, 'expected a snapshot, as GET /admin/snapshot answers it'],
    [{ ...good, outcrop: 'snapshot/2' }, 'it is a "snapshot/2", and this Outcrop reads "snapshot/1"'],
    [{ ...good, documents: undefined }, 'its documents are no object'],
    [{ ...good, documents: [] }, 'its documents are no object'],
    [{ ...good, parts: null }, 'its parts are no object'],
    [{ ...good, more: 1 }, 'it has "more", and nothing but outcrop, documents and parts is in one'],
    [{ ...good, parts: { third: 1 } }, 'it has the part "third", and this endpoint has first, second'],
    [
      { ...good, parts: JSON.parse('{"__proto__":{}}') as unknown },
      'it has the part "__proto__", and this endpoint has first, second',
    ],
    [{ ...good, documents: JSON.parse('{"__proto__":[]}') as unknown }, '"__proto__" names no collection of documents'],
    [{ ...good, documents: { parts: [] } }, '"parts" names no collection of documents'],
    [{ ...good, documents: { 'a\u0000b': [] } }, '"a\u0000b" names no collection of documents'],
    [{ ...good, documents: { '': [] } }, '"" names no collection of documents'],
    [{ ...good, documents: { things: {} } }, 'documents.things is no list of [key, document]'],
    [{ ...good, documents: { things: [{}] } }, shapeOf(0)],
    [{ ...good, documents: { things: [[['1']]] } }, shapeOf(0)],
    [{ ...good, documents: { things: [[['1'], 1, 2]] } }, shapeOf(0)],
    [
      {
        ...good,
        documents: {
          things: [
            [['1'], 1],
            ['2', 1],
          ],
        },
      },
      shapeOf(1),
    ],
    [{ ...good, documents: { things: [[[1], 1]] } }, shapeOf(0)],
    [{ ...good, documents: { things: [[['a\u0000b'], 1]] } }, shapeOf(0)],
    [
      {
        ...good,
        documents: {
          things: [
            [['1'], 1],
            [['1'], 2],
          ],
        },
      },
      'documents.things[1] has the key ["1"] for the second time',
    ],
    [{ ...good, parts: { first: 1 } }, 'its part "first" was not saved by this part: first takes no such word'],
    [{ ...good, parts: { first: 1n } }, 'it is no JSON that can be written (Do not know how to serialize a BigInt)'],
    [
      { ...good, parts: { first: deep(100_000) } },
      'it is no JSON that can be written (Maximum call stack size exceeded)',
    ],
  ] as const
).map(([snapshot, reason]) => [reason, snapshot])

describe('a world', () => {
  it('is saved without what its parts were a moment ago, as a copy of its own', async () => {
    const { world, store } = await open()
    const snapshot = await world.snapshot()
    expect(snapshot).toEqual({
      outcrop: 'snapshot/1',
      documents: { things: [[['1'], { name: 'one' }]] },
      parts: { first: 'a', second: 'a' },
    })
    Object.assign(snapshot.documents['things']?.[0]?.[1] as object, { name: 'changed' })
    expect(store.get(things, ['1'])).toEqual({ name: 'one' })
  })

  it('is brought back with everything, and its parts are in the store at once', async () => {
    const { world, store, first, second } = await open()
    const snapshot = JSON.parse(JSON.stringify(await world.snapshot())) as object
    await world.reset()
    expect([first.word, second.word, store.dump()]).toEqual(['new', 'new', { parts: [] }])
    await world.restore(snapshot)
    expect([first.word, second.word]).toEqual(['a', 'a'])
    expect(store.dump()).toEqual({
      things: [[['1'], { name: 'one' }]],
      parts: [
        [['first'], 'a'],
        [['second'], 'a'],
      ],
    })
  })

  it('goes on with what is not finished once all is in its place, after a reset as well', async () => {
    const { store, first } = await open()
    const seen: unknown[] = []
    const resume = (): Promise<void> => Promise.resolve(void seen.push([first.word, store.list(things).length]))
    const world = createWorld(store, [first], resume)
    const snapshot = JSON.parse(JSON.stringify(await world.snapshot())) as object
    await world.reset()
    await world.restore(snapshot)
    expect(seen).toEqual([
      ['new', 0],
      ['a', 1],
    ])
  })

  it('makes parts that a snapshot does not have as new', async () => {
    const { world, first, second } = await open()
    await world.restore({ ...good, parts: { second: 'c' } })
    expect([first.word, second.word]).toEqual(['new', 'c'])
  })

  it('holds what it held when one of its parts cannot read a snapshot', async () => {
    const { world, store, first, second } = await open()
    await expect(
      world.restore({ ...good, documents: { things: [[['2'], {}]] }, parts: { first: 'z', second: 'b' } }),
    ).rejects.toThrow(
      'The snapshot is not restored, and nothing has changed: its part "second" was not saved by this part: second takes no such word.',
    )
    expect([first.word, second.word, store.list(things)]).toEqual(['a', 'a', [[['1'], { name: 'one' }]]])
  })

  it('holds what it held when the new one cannot be written', async () => {
    const { first } = await open()
    const store: Store = createMemoryStore(
      { things: [[['1'], { name: 'one' }]] },
      { commit() {}, close() {}, replace: () => Promise.reject(new Error('the disk is full')) },
    )
    const world = createWorld(store, [first])
    await expect(world.restore({ ...good, parts: { first: 'z' } })).rejects.toThrow('the disk is full')
    expect([first.word, store.list(things)]).toEqual(['a', [[['1'], { name: 'one' }]]])
  })

  it('is one of two that are restored at once, and no mixture', async () => {
    const { world, store, first, second } = await open()
    await Promise.all(
      ['x', 'y'].map((word) =>
        world.restore({
          ...good,
          documents: { things: [[[word], { name: word }]] },
          parts: { first: word, second: word },
        }),
      ),
    )
    expect([first.word, second.word, store.list(things)]).toEqual(['y', 'y', [[['y'], { name: 'y' }]]])
  })

  it.each(bad)('is not restored when %s', async (reason, snapshot) => {
    expect(await refusalOf(snapshot)).toBe(`The snapshot is not restored, and nothing has changed: ${reason}.`)
  })
})

function shapeOf(index: number): string {
  return `documents.things[${index}] is no [key, document] whose key is a list of texts without U+0000`
}

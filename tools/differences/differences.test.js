import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findFaults } from './find-faults.js'
import { makePage } from './make-page.js'
import { pagePath, readManifest, readWorld } from './read-world.js'

describe('the manifest of differences', () => {
  it('leaves nothing out, names nothing that there is not, and proves what it calls exact', () => {
    expect(findFaults(readManifest(), readWorld())).toEqual([])
  })

  it('is what the page says, which `npm run docs` writes', () => {
    expect(readFileSync(pagePath, 'utf8')).toBe(makePage(readManifest(), readWorld()))
  })
})

/** @type {import('./types.js').Manifest} */
const manifest = {
  files: { '@test': 'a.test.ts' },
  everywhere: [{ absent: ['Quotas'], why: 'There are none.' }],
  errors: [{ exact: ['Busy'], proof: ['fails'] }],
  operations: [
    { name: 'Say', request: ['SayRequest', 'body'], response: ['SayResponse'] },
    { name: 'Hear', path: 'GET /hear', request: [], response: ['body'], errors: ['Busy'] },
  ],
  shapes: {
    SayRequest: {
      rows: [
        { exact: ['words'], proof: ['says', '@test'] },
        { approximate: ['tone'], why: 'Flat.' },
      ],
    },
    Word: { rows: [{ exact: ['letters'], proof: ['says'] }] },
    SayResponse: { like: 'SayRequest', rows: [{ exact: ['p'], proof: ['says'], unmodelled: true }] },
    body: { title: 'The body', rows: [{ absent: ['stream'], why: 'Refused.' }] },
  },
}

/** @type {import('./find-faults.js').World} */
const world = {
  model: {
    names: { speech: ['Say', 'Sing'] },
    operations: {
      Say: { service: 'speech', path: 'POST /say', input: 'SayRequest', output: 'SayResponse', errors: ['Busy'] },
    },
    shapes: {
      SayRequest: { words: '[Word]', tone: 'string in header X-Tone' },
      Word: { letters: 'string' },
      SayResponse: { words: '[Word]' },
    },
  },
  requirements: new Set(['says', 'fails']),
  unserved: ['Sing'],
  isFile: (path) => path === 'a.test.ts',
  fields: ['stream'],
}

/** @param {string} shape @param {readonly import('./types.js').Row[]} rows */
const withRows = (shape, rows) => ({
  ...manifest,
  shapes: { ...manifest.shapes, [shape]: { ...manifest.shapes[shape], rows } },
})
const words = { exact: ['words'], proof: ['says'] }
const tone = { approximate: ['tone'], why: 'Flat.' }

describe('a fault is found in a manifest', () => {
  it('never where there is none', () => {
    expect(findFaults(manifest, world)).toEqual([])
  })

  it.each([
    ['a member without a row', [words], 'SayRequest.tone of the service model has no row'],
    [
      'a row for no member',
      [words, { ...tone, approximate: ['tone', 'pitch'] }],
      'SayRequest.pitch is not in the service model',
    ],
    [
      'a member that is called unmodelled',
      [words, { ...tone, unmodelled: /** @type {const} */ (true) }],
      'SayRequest.tone is called unmodelled and is in the service model',
    ],
    ['a member with two rows', [words, tone, tone], 'SayRequest: tone has more than one row'],
    ['an exact member without proof', [{ exact: ['words'] }, tone], 'SayRequest: words is exact and nothing proves it'],
    [
      'a proof that there is not',
      [{ exact: ['words'], proof: ['sings'] }, tone],
      'SayRequest: words is proven by sings',
    ],
    ['a file without a name', [{ exact: ['words'], proof: ['@song'] }, tone], 'SayRequest: words is proven by @song'],
    ['a difference without a reason', [words, { absent: ['tone'] }], 'SayRequest: tone is absent and nobody says why'],
    ['two verdicts in a row', [words, { ...tone, absent: ['tone'] }], 'SayRequest: a row has not just one verdict'],
    ['no verdict in a row', [words, tone, { why: 'So.' }], 'SayRequest: a row has not just one verdict'],
    ['a row about nothing', [words, tone, { absent: [], why: 'So.' }], 'SayRequest: a row is about nothing'],
    ['a fact that is not recorded', [{ ...words, why: 'So [?].' }], 'words is exact and calls itself unrecorded'],
    ['everything called exact at once', [{ exact: ['*'], proof: ['says'] }], 'exact members are named one by one'],
    [
      'an endless reason',
      [words, { ...tone, why: 'so '.repeat(100) }],
      'tone is explained at more than 260 characters',
    ],
  ])('for %s', (_name, rows, fault) => {
    expect(findFaults(withRows('SayRequest', rows), world).join('\n')).toContain(fault)
  })

  const { Word: _, ...withoutWord } = manifest.shapes
  const [say, hear] = /** @type {const} */ ([manifest.operations[0], manifest.operations[1]])
  it.each([
    [
      'a shape that has no rows',
      { ...manifest, shapes: withoutWord },
      'Word is reached by an operation and has no rows',
    ],
    [
      'a shape that nothing reaches',
      { ...manifest, shapes: { ...manifest.shapes, song: { title: 'Song', rows: [] } } },
      'song is reached by no operation',
    ],
    [
      'a shape that nobody knows',
      { ...manifest, shapes: { ...manifest.shapes, body: { rows: [{ absent: ['stream'], why: 'No.' }] } } },
      'body is in no service model and has no title',
    ],
    [
      'an operation without an entry',
      { ...manifest, operations: hear ? [hear] : [] },
      'Say is served and has no entry',
    ],
    [
      'an operation that nobody knows',
      { ...manifest, operations: [...manifest.operations, { name: 'Hum', request: [], response: [] }] },
      'Hum is in no service model and has no path',
    ],
    [
      'an operation without its output',
      { ...manifest, operations: say && hear ? [{ ...say, response: [] }, hear] : [] },
      'Say does not name its output SayResponse',
    ],
    ['an error without a row', { ...manifest, errors: [] }, 'Say can fail with Busy, which has no row'],
    ['a file that is gone', { ...manifest, files: { '@test': 'b.test.ts' } }, 'files: @test is b.test.ts'],
  ])('for %s', (_name, broken, fault) => {
    expect(findFaults(broken, world).join('\n')).toContain(fault)
  })

  it('for an operation that is neither served nor refused by name, or both', () => {
    expect(findFaults(manifest, { ...world, unserved: [] })).toEqual(['Sing is not either served or refused by name'])
    expect(findFaults(manifest, { ...world, unserved: ['Say', 'Sing'] })).toEqual([
      'Say is not either served or refused by name',
    ])
  })

  it('for a field that only the capability table knows', () => {
    expect(findFaults(manifest, { ...world, fields: ['stream', 'speed'] })).toEqual([
      'speed is in the capability table and has no row',
    ])
  })
})

describe('the page', () => {
  const page = makePage(manifest, world)

  it('counts what each operation has, with what it shares and how it fails', () => {
    expect(page).toContain('| [Say](#say) | 5 | 1 | 1 |')
    expect(page).toContain('| [Hear](#hear) | 1 | 0 | 1 |')
  })

  it('tells fields by their names on the wire, with what differs and the proof', () => {
    expect(page).toContain('- Exact in SayRequest: `words` (`says`, [test]).')
    expect(page).toContain('| SayRequest | `X-Tone` | approximate | Flat. |')
    expect(page).toContain('SayResponse has the fields of SayRequest.')
    expect(page).toContain('[test]: ../../a.test.ts')
  })

  it('tells shapes of several operations once', () => {
    expect(page.match(/Refused\./g)).toHaveLength(1)
    expect(page).toContain('- Also in requests: [The body](#the-body).')
  })

  it('names what is not served', () => {
    expect(page).toContain('Of `speech`: `Sing`.')
  })
})

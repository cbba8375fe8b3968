import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DocumentText, FileFormat } from './document-file.ts'
import { createDocumentReader } from './document-reader.ts'
import {
  makeDoc,
  makeDocx,
  makeEncryptedOffice,
  makeSheet,
  makeWorkbook,
  makeZip,
  paragraph,
} from './office.fixture.ts'
import { makeBomb, makePdf } from './pdf.fixture.ts'

const reader = createDocumentReader({ idleMs: 200 })

const read = async (format: FileFormat, bytes: Buffer, by = reader): Promise<DocumentText> =>
  by.read({ format, data: bytes.toString('base64'), encoding: 'base64', maxPages: 100 }, new AbortController())
const textOf = async (format: FileFormat, bytes: Buffer): Promise<unknown> => {
  const text = await read(format, bytes)
  return text.kind === 'read' ? text.units[0] : text
}
const page = async (html: string): Promise<unknown> => {
  const text = await reader.read({ format: 'html', data: html, encoding: 'utf8', maxPages: 0 }, new AbortController())
  return text.kind === 'read' ? text.units[0] : text
}

const pdf = (text: string): Buffer => makePdf([text])
const cell = (at: string, value: number): string =>
  `<row r="${at.replace(/[A-Z]+/, '')}"><c r="${at}"><v>${value}</v></c></row>`
const file = (format: FileFormat, bytes: Buffer) =>
  ({ format, data: bytes.toString('base64'), encoding: 'base64', maxPages: 9 }) as const

const rocks = [
  ['Rock', 'Age'],
  ['Chalk, white', 66.5],
]
const samples = {
  pdf: makePdf(['Granite.']),
  doc: makeDoc('Slate is old mud.\rIt splits.\r'),
  docx: makeDocx(paragraph('Chalk &amp; granite.') + paragraph('Iron')),
  xls: makeWorkbook('biff8', { One: rocks }),
  xlsx: makeWorkbook('xlsx', { One: rocks }),
} as const

describe('a document', () => {
  it('is read in every format of Converse that is no text', async () => {
    expect(await textOf('pdf', samples.pdf)).toBe('Granite.')
    expect(await textOf('doc', samples.doc)).toBe('Slate is old mud.\nIt splits.\n')
    expect(await textOf('docx', samples.docx)).toBe('Chalk & granite.\n\nIron\n\n')
    expect(await textOf('xls', samples.xls)).toBe('Rock,Age\n"Chalk, white",66.5')
    expect(await textOf('xlsx', samples.xlsx)).toBe('Rock,Age\n"Chalk, white",66.5')
  })

  it('of several sheets names them', async () => {
    const book = makeWorkbook('xlsx', { One: [['a', 'b']], Two: [[1], [], [true]] })
    expect(await textOf('xlsx', book)).toBe('One\na,b\n\nTwo\n1\nTRUE')
  })

  it('that is a page gives what a reader sees', async () => {
    const html =
      '<html><head><title>x</title><style>p{}</style></head><body><h1>Head</h1><p>One &amp; two &#233;</p><script>bad()</script><table><tr><td>a</td><td>b</td></tr></table></body>'
    expect(await page(html)).toBe('Head\n\nOne & two é\n\na   b')
    expect(await page('<div>'.repeat(50_000))).not.toMatchObject({ kind: 'timed-out' })
  })

  it.each(
    (Object.keys(samples) as (keyof typeof samples)[]).flatMap((claimed) =>
      (Object.keys(samples) as (keyof typeof samples)[])
        .filter((is) => is !== claimed)
        .map((is) => [is, claimed] as const),
    ),
  )('of %s that is called %s is told by its bytes', async (is, claimed) => {
    const found = await read(claimed, samples[is])
    expect(found.kind).toBe('mislabelled')
  })

  it('of some other program is told by its bytes', async () => {
    expect(await read('pdf', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toEqual({ kind: 'mislabelled', as: 'image' })
    expect(await read('docx', makeZip({ 'mimetype.xml': 'x' }))).toEqual({ kind: 'mislabelled', as: 'zip' })
    expect(await read('doc', Buffer.from('{\\rtf1 hello}'))).toEqual({ kind: 'mislabelled', as: 'rtf' })
    expect(await read('xls', Buffer.from('a,b'))).toEqual({ kind: 'mislabelled', as: 'text or something else' })
    expect(await read('xlsx', samples.doc)).toEqual({ kind: 'mislabelled', as: 'doc' })
  })

  it('under a password is told apart from a broken one', async () => {
    expect(await read('pdf', makePdf(['Secret'], true))).toEqual({ kind: 'encrypted' })
    expect(await read('docx', makeEncryptedOffice())).toEqual({ kind: 'encrypted' })
    expect(await read('xlsx', makeEncryptedOffice())).toEqual({ kind: 'encrypted' })
    expect(await read('doc', makeDoc('Secret', true))).toEqual({ kind: 'encrypted' })
  })

  it.each(Object.keys(samples) as (keyof typeof samples)[])(
    'of %s that is cut short or empty is refused',
    async (format) => {
      expect((await read(format, samples[format].subarray(0, 200))).kind).toBe('invalid')
      expect(await read(format, Buffer.alloc(0))).toEqual({ kind: 'empty' })
    },
  )

  it.each(['docx', 'xlsx'] as const)(
    'of %s stops unpacking at a limit, whatever it claims',
    async (format) => {
      const name = format === 'docx' ? 'word/document.xml' : 'xl/workbook.xml'
      const bomb = makeZip({ [name]: 'a'.repeat(80_000_000) })
      expect(bomb.length).toBeLessThan(1_000_000)
      expect(await read(format, bomb)).toEqual({ kind: 'invalid' })
      const size = Buffer.alloc(4)
      size.writeUInt32LE(80_000_000)
      const modest = Buffer.from(bomb)
      for (let at = modest.indexOf(size); at !== -1; at = modest.indexOf(size, at)) modest.writeUInt32LE(1_000, at)
      expect(modest.equals(bomb)).toBe(false)
      expect(await read(format, modest)).toEqual({ kind: 'invalid' })
    },
    30_000,
  )

  it('with a sheet that claims a million rows costs no more than its cells', async () => {
    const started = performance.now()
    expect(await textOf('xlsx', makeSheet(cell('A1', 7) + cell('C1048576', 8)))).toBe('7\n,,8')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it.each(['doc', 'docx', 'xls', 'xlsx'] as const)(
    'of %s never fails, however it is damaged',
    async (format) => {
      // One wrong byte is enough to keep a library busy without end.
      const hasty = createDocumentReader({ officeTimeoutMs: 1_000, idleMs: 200 })
      await fc.assert(
        fc.asyncProperty(fc.nat(samples[format].length - 1), fc.nat(255), async (at, byte) => {
          const damaged = Buffer.from(samples[format])
          damaged[at] = byte
          const { kind } = await read(format, damaged, hasty)
          expect(['read', 'invalid', 'mislabelled', 'encrypted', 'timed-out']).toContain(kind)
        }),
        { numRuns: 40 },
      )
    },
    60_000,
  )
})

describe('documents that come together', () => {
  // A damaged workbook keeps SheetJS in a circle until its time is over.
  const endless = Buffer.from(samples.xls)
  endless[2_344] = 33

  it('do not wait for a hostile one', async () => {
    const quick = createDocumentReader({ officeTimeoutMs: 6_000, idleMs: 200 })
    const hostile = read('xls', endless, quick)
    const started = performance.now()
    const others = await Promise.all(['a', 'b', 'c', 'd'].map(async (text) => read('pdf', pdf(text), quick)))
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(others.map((text) => text.kind === 'read' && text.units)).toEqual([['a'], ['b'], ['c'], ['d']])
    expect(await hostile).toEqual({ kind: 'timed-out' })
  }, 30_000)

  it('are refused as a busy service when too many wait, or wait too long', async () => {
    const small = createDocumentReader({
      threads: 1,
      mostWaiting: 1,
      officeTimeoutMs: 3_000,
      longestWaitMs: 500,
      idleMs: 200,
    })
    const hostile = read('xls', endless, small)
    const waits = read('pdf', pdf('waits'), small)
    await expect(read('pdf', pdf('surplus'), small)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The service is unavailable: too many documents wait to be read. Try your request again later.',
    })
    await expect(waits).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The service is unavailable: the documents before this one take too long. Try your request again later.',
    })
    await hostile
    expect(await textOfBy(small, 'later')).toBe('later')
  }, 30_000)

  it('are dropped when their callers leave, waiting or being read', async () => {
    const single = createDocumentReader({ threads: 1, officeTimeoutMs: 15_000, idleMs: 200 })
    const callers = [new AbortController(), new AbortController()] as const
    const started = performance.now()
    const hostile = single.read(file('xls', endless), callers[0])
    const waits = single.read(file('pdf', pdf('gone')), callers[1])
    for (const [at, caller] of callers.entries()) caller.abort(new Error(`Caller ${at} left`))
    await expect(hostile).rejects.toThrow('Caller 0 left')
    await expect(waits).rejects.toThrow('Caller 1 left')
    expect(await textOfBy(single, 'next')).toBe('next')
    expect(performance.now() - started).toBeLessThan(8_000)
  }, 30_000)

  it('and are the same are read once', async () => {
    const single = createDocumentReader({ threads: 1, idleMs: 200 })
    const bomb = makeBomb(30_000_000)
    const once = performance.now()
    await read('pdf', bomb, single)
    const took = performance.now() - once
    const fresh = createDocumentReader({ threads: 1, idleMs: 200 })
    const started = performance.now()
    await Promise.all(Array.from({ length: 20 }, async () => read('pdf', bomb, fresh)))
    expect(performance.now() - started).toBeLessThan(took * 6 + 500)
  }, 30_000)
})

async function textOfBy(by: typeof reader, text: string): Promise<unknown> {
  const found = await read('pdf', pdf(text), by)
  return found.kind === 'read' ? found.units[0] : found
}

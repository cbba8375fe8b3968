import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readDocx, readXlsx } from './read-office.ts'
import { readZip } from './zip.ts'

/** A ZIP archive of these files, packed as office programs pack them. */
function makeZip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), packed)
    entries.push(entry, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...entries, end])
}

describe('office documents', () => {
  it('give the paragraphs of a Word document', () => {
    const xml =
      '<?xml version="1.0"?><w:document><w:body><w:p><w:r><w:t>Chalk </w:t></w:r><w:r><w:t xml:space="preserve">&amp; granite.</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>Iron</w:t><w:tab/><w:t>ore</w:t></w:r></w:p></w:body></w:document>'
    expect(readDocx(makeZip({ 'word/document.xml': xml }))).toBe('Chalk & granite.\nIron ore')
  })

  it('give the cells of a workbook', () => {
    const shared = '<sst><si><t>Rock</t></si><si><r><t>Ag</t></r><r><t>e</t></r></si></sst>'
    const sheet =
      '<worksheet><cols><col min="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Chalk</t></is></c><c r="B2"><v>66.5</v></c></row></sheetData></worksheet>'
    expect(readXlsx(makeZip({ 'xl/sharedStrings.xml': shared, 'xl/worksheets/sheet1.xml': sheet }))).toBe(
      'Rock,Age\nChalk,66.5',
    )
  })

  it('are nothing when the bytes are no such file', () => {
    expect(readDocx(Buffer.from('PK\x05\x06'))).toBeUndefined()
    expect(readDocx(makeZip({ 'other.xml': '<a/>' }))).toBeUndefined()
    expect(readXlsx(makeZip({ 'word/document.xml': '<a/>' }))).toBeUndefined()
  })

  it('stop unpacking at a limit', () => {
    const bomb = makeZip({ 'word/document.xml': 'a'.repeat(40 * 1024 * 1024) })
    expect(bomb.length).toBeLessThan(100_000)
    expect(readDocx(bomb)).toBeUndefined()
  })

  it('never fail on damaged archives', () => {
    const sound = makeZip({ 'word/document.xml': '<w:t>x</w:t>' })
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(sound)
        damaged[at] = byte
        readZip(damaged, () => true)
        expect(['string', 'undefined']).toContain(typeof readDocx(damaged))
      }),
    )
  })
})

import { crc32 } from '@outcrop/protocol'
import fc from 'fast-check'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { imageHeaders } from '../../../src/backends/simulator/media/image.fixture.ts'
import { makeDoc, makeEncryptedOffice, makeWorkbook } from '../../../src/backends/simulator/media/office.fixture.ts'
import { makePdf } from '../../../src/backends/simulator/media/pdf.fixture.ts'
import { byteChanges, changeBytes } from './bytes.ts'

/** A document or image as Claude takes it, whole or damaged. */
export interface Medium {
  /** As Converse names it. */
  readonly format: Format
  readonly bytes: Uint8Array
}

export type Format = (typeof formats)[number]

const formats = ['pdf', 'docx', 'xlsx', 'doc', 'xls', 'html', 'txt', 'md', 'csv', 'png', 'jpeg', 'gif', 'webp'] as const

export const imageFormats: ReadonlySet<Format> = new Set<Format>(['png', 'jpeg', 'gif', 'webp'])

/** As Anthropic's Messages name them. */
export const mediaTypes: Readonly<Record<Format, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}

/** Files inside of archives, by name, before anything is packed. */
type Files = Readonly<Record<string, string>>

const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

const docx: Files = {
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="word/document.xml"/></Relationships>`,
  'word/document.xml':
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Chalk &amp; granite.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t xml:space="preserve"> Iron</w:t><w:tab/></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>',
}

const xlsx: Files = {
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
  '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relationships}"><sheets><sheet name="Rocks" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relationships}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  'xl/sharedStrings.xml':
    '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Rock</t></si><si><r><t>Ag</t></r><r><t>e</t></r></si></sst>',
  'xl/worksheets/sheet1.xml':
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Chalk</t></is></c><c r="B2"><v>66.5</v></c></row></sheetData></worksheet>',
}

const whole: Readonly<Record<Format, Uint8Array>> = {
  docx: pack(docx),
  xlsx: pack(xlsx),
  pdf: makePdf(['Chalk is soft.', 'Granite is hard.']),
  doc: makeDoc('Chalk is soft.\rGranite is hard.'),
  xls: makeWorkbook('biff8', {
    Rocks: [
      ['rock', 'age'],
      ['chalk', 66.5],
    ],
  }),
  html: Buffer.from(
    '<!doctype html><title>Rocks</title><p>Chalk &amp; <b>granite</b><script>1 < 2</script><!-- x --><ul><li>a',
  ),
  txt: Buffer.from('Chalk is soft.\r\nGranite is hard.\n'),
  md: Buffer.from('# Rocks\n\n* chalk\n* `granite`\n'),
  csv: Buffer.from('rock,age\n"chalk, white",66\n'),
  png: makePng(40, 30),
  jpeg: imageHeaders.jpeg(40, 30),
  gif: imageHeaders.gif(40, 30),
  webp: imageHeaders.webp(40, 30),
}

/** One sound document or image of every format. */
export const soundMedia: readonly Medium[] = formats.map((format) => ({ format, bytes: whole[format] }))

const encrypted: readonly Medium[] = [
  { format: 'pdf', bytes: makePdf(['Chalk'], true) },
  { format: 'docx', bytes: makeEncryptedOffice() },
]

/** Documents and images of every format, whole, damaged in their bytes, or damaged inside before they are packed. */
export const hostileMedium: fc.Arbitrary<Medium> = fc.oneof(
  { weight: 3, arbitrary: damaged() },
  { weight: 2, arbitrary: fc.oneof(repacked('docx', docx), repacked('xlsx', xlsx)) },
  { weight: 1, arbitrary: forgedPng() },
  // Right bytes under a wrong name.
  {
    weight: 1,
    arbitrary: fc.tuple(damaged(), fc.constantFrom(...formats)).map(([{ bytes }, format]) => ({ format, bytes })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ format: fc.constantFrom(...formats), bytes: fc.uint8Array({ maxLength: 300 }) }),
  },
)

function damaged(): fc.Arbitrary<Medium> {
  return fc
    .tuple(fc.constantFrom(...soundMedia, ...encrypted), byteChanges(4))
    .map(([{ format, bytes }, changes]) => ({ format, bytes: changeBytes(bytes, changes) }))
}

/** An archive whose packing is sound and whose files are not. */
function repacked(format: Format, files: Files): fc.Arbitrary<Medium> {
  const names = Object.keys(files)
  const rename = fc.constantFrom(
    '',
    '../a.xml',
    '/etc/passwd',
    '__proto__',
    'a'.repeat(1_000),
    'word/document.xml',
    'word\\document.xml',
  )
  return fc
    .record({
      name: fc.constantFrom(...names),
      changes: byteChanges(4),
      renamed: fc.option(rename),
      claim: fc.option(fc.nat(0xffffffff)),
    })
    .map(({ name, changes, renamed, claim }) => {
      const changed = Object.entries(files).map(([file, text]) => {
        if (file !== name) return [file, Buffer.from(text)] as const
        return [renamed ?? file, changeBytes(Buffer.from(text), changes)] as const
      })
      return { format, bytes: packEntries(changed, claim) }
    })
}

function pack(files: Files): Buffer {
  return packEntries(
    Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]),
    null,
  )
}

/** A ZIP archive; `claim` is the size that its files claim to have unpacked. */
function packEntries(files: ReadonlyArray<readonly [name: string, bytes: Uint8Array]>, claim: number | null): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [name, bytes] of files) {
    const packed = deflateRawSync(bytes)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(crc32(bytes, 0, bytes.length), 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(claim ?? bytes.length, 22)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    local.copy(entry, 6, 4, 30)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name, 'latin1'), packed)
    entries.push(entry, Buffer.from(name, 'latin1'))
    offset += 30 + name.length + packed.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

/** PNGs whose checksums are right, whatever size they claim and whatever their chunks hold. */
function forgedPng(): fc.Arbitrary<Medium> {
  const side = fc.oneof(fc.nat(10_000), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff))
  return fc.record({ width: side, height: side, changes: byteChanges(1) }).map(({ width, height, changes }) => ({
    format: 'png',
    bytes: changeBytes(makePng(width, height), changes),
  }))
}

function makePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(41 * 30))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)])
  chunk.writeUInt32BE(data.length, 0)
  chunk.writeUInt32BE(crc32(chunk, 4, chunk.length - 4), chunk.length - 4)
  return chunk
}

import { CFB, utils, write, type BookType } from '@e965/xlsx'
import { strToU8, zipSync } from 'fflate'

/** A ZIP archive of these files. */
export function makeZip(files: Readonly<Record<string, string>>): Buffer {
  const packed = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const)
  return Buffer.from(zipSync(Object.fromEntries(packed), { level: 1 }))
}

/** A workbook of today with one sheet of this SpreadsheetML. */
export function makeSheet(rows: string): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006'
  return makeZip({
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relationships}"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`,
  })
}

/** A Word document of today whose body is this WordprocessingML. */
export function makeDocx(body: string): Buffer {
  return makeZip({
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  })
}

/** A paragraph of WordprocessingML. */
export function paragraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`
}

/** A workbook of today (`xlsx`) or of Excel 97 (`biff8`), with one sheet for each name. */
export function makeWorkbook(bookType: BookType, sheets: Readonly<Record<string, unknown[][]>>): Buffer {
  const book = utils.book_new()
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name)
  }
  return Buffer.from(write(book, { type: 'buffer', bookType }) as Uint8Array)
}

/** A Word 97 document of one piece of text, as MS-DOC lays it out; `encrypted` sets its flag. */
export function makeDoc(text: string, encrypted = false): Buffer {
  const textAt = 0x400
  const body = Buffer.from(text, 'utf16le')
  const main = Buffer.alloc(Math.max(0x1200, textAt + body.length))
  main.writeUInt16LE(0xa5ec, 0)
  main.writeUInt16LE(0x0200 | (encrypted ? 0x0100 : 0), 0x0a) // The table stream is 1Table.
  main.writeUInt32LE(text.length, 0x4c)
  body.copy(main, textAt)
  const table = Buffer.alloc(0x1200)
  table.writeUInt8(2, 0)
  table.writeUInt32LE(16, 1)
  table.writeUInt32LE(text.length, 9)
  table.writeUInt32LE(textAt, 15)
  return makeContainer({ WordDocument: main, '1Table': table })
}

/** What an office program writes for a document of today under a password (MS-OFFCRYPTO). */
export function makeEncryptedOffice(): Buffer {
  return makeContainer({ EncryptionInfo: Buffer.alloc(0x1200, 4), EncryptedPackage: Buffer.alloc(0x2000, 7) })
}

function makeContainer(streams: Readonly<Record<string, Buffer>>): Buffer {
  const container = CFB.utils.cfb_new()
  for (const [name, content] of Object.entries(streams)) CFB.utils.cfb_add(container, name, content)
  return Buffer.from(CFB.write(container, { type: 'buffer' }) as Uint8Array)
}

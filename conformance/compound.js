// Documents of the office programs of 1997: a compound file (MS-CFB) around the streams of Word and Excel.

const sectorBytes = 512
const endOfChain = 0xfffffffe
const free = 0xffffffff

/** Packs streams by name, each long enough to have sectors of its own. @param {Array<[string, Buffer]>} streams */
function compoundFile(streams) {
  const padded = streams.map(([name, data]) => ({
    name,
    data: Buffer.concat([data, Buffer.alloc(Math.max(4096, Math.ceil(data.length / 512) * 512) - data.length)]),
  }))
  // Sector 0 is the table of sectors, sector 1 the directory, and the streams follow.
  const table = Buffer.alloc(sectorBytes, 0xff)
  table.writeUInt32LE(0xfffffffd, 0)
  table.writeUInt32LE(endOfChain, 4)
  const directory = Buffer.alloc(sectorBytes)
  entry(directory, 0, 'Root Entry', 5, { child: 1, right: free, start: endOfChain, size: 0 })
  let sector = 2
  for (const [index, { name, data }] of padded.entries()) {
    const right = index + 1 < padded.length ? index + 2 : free
    entry(directory, index + 1, name, 2, { child: free, right, start: sector, size: data.length })
    for (let left = data.length / sectorBytes; left > 0; left -= 1) {
      table.writeUInt32LE(left === 1 ? endOfChain : sector + 1, sector * 4)
      sector += 1
    }
  }
  return Buffer.concat([header(), table, directory, ...padded.map(({ data }) => data)])
}

function header() {
  const bytes = Buffer.alloc(sectorBytes, 0xff)
  bytes.fill(0, 0, 76)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes)
  bytes.writeUInt16LE(0x3e, 24)
  bytes.writeUInt16LE(3, 26)
  bytes.writeUInt16LE(0xfffe, 28)
  bytes.writeUInt16LE(9, 30)
  bytes.writeUInt16LE(6, 32)
  bytes.writeUInt32LE(1, 44)
  bytes.writeUInt32LE(1, 48)
  bytes.writeUInt32LE(4096, 56)
  bytes.writeUInt32LE(endOfChain, 60)
  bytes.writeUInt32LE(endOfChain, 68)
  bytes.writeUInt32LE(0, 76)
  return bytes
}

/**
 * @param {Buffer} directory @param {number} index @param {string} name @param {number} type
 * @param {{ child: number, right: number, start: number, size: number }} links
 */
function entry(directory, index, name, type, { child, right, start, size }) {
  const at = index * 128
  directory.write(name, at, 'utf16le')
  directory.writeUInt16LE((name.length + 1) * 2, at + 64)
  directory.writeUInt8(type, at + 66)
  directory.writeUInt8(1, at + 67)
  directory.writeUInt32LE(free, at + 68)
  directory.writeUInt32LE(right, at + 72)
  directory.writeUInt32LE(child, at + 76)
  directory.writeUInt32LE(start, at + 116)
  directory.writeUInt32LE(size, at + 120)
}

/** A document of Word 97 with one piece of text (MS-DOC). @param {string} text */
export function wordDocument(text) {
  const textAt = 0x400
  const body = Buffer.from(text, 'utf16le')
  const main = Buffer.alloc(textAt + body.length)
  main.writeUInt16LE(0xa5ec, 0)
  main.writeUInt16LE(0xc1, 2)
  main.writeUInt16LE(0x0200, 0x0a)
  main.writeUInt32LE(text.length, 0x4c)
  main.writeUInt32LE(0, 0x1a2)
  main.writeUInt32LE(21, 0x1a6)
  body.copy(main, textAt)
  const pieces = Buffer.alloc(21)
  pieces.writeUInt8(2, 0)
  pieces.writeUInt32LE(16, 1)
  pieces.writeUInt32LE(text.length, 9)
  pieces.writeUInt32LE(textAt, 15)
  return compoundFile([
    ['1Table', pieces],
    ['WordDocument', main],
  ])
}

/** A workbook of Excel 97 with one sheet and a text in each row (MS-XLS). @param {readonly string[]} texts */
export function workbook(texts) {
  const name = Buffer.from('Stone')
  const sheetAt = 20 + (4 + 8 + name.length) + 4
  const place = Buffer.alloc(8)
  place.writeUInt32LE(sheetAt, 0)
  place.writeUInt8(name.length, 6)
  const end = record(0x0a, Buffer.alloc(0))
  const cells = texts.map((text, row) => {
    const cell = Buffer.alloc(9)
    cell.writeUInt16LE(row, 0)
    cell.writeUInt16LE(text.length, 6)
    return record(0x204, Buffer.concat([cell, Buffer.from(text, 'latin1')]))
  })
  const globals = [beginning(0x05), record(0x85, Buffer.concat([place, name])), end]
  return compoundFile([['Workbook', Buffer.concat([...globals, beginning(0x10), ...cells, end])]])
}

/** @param {number} kind 5 for a workbook, 16 for a sheet */
function beginning(kind) {
  const body = Buffer.alloc(16)
  body.writeUInt16LE(0x600, 0)
  body.writeUInt16LE(kind, 2)
  body.writeUInt16LE(0xdbb, 4)
  body.writeUInt16LE(0x7cc, 6)
  return record(0x809, body)
}

/** @param {number} type @param {Buffer} body */
function record(type, body) {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(type, 0)
  head.writeUInt16LE(body.length, 2)
  return Buffer.concat([head, body])
}

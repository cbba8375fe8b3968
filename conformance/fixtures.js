// The files that clients send: written anew for each run, so that the repository holds no binaries.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { documents } from './documents.js'

/** Writes a PDF of three pages, a broken and an encrypted one, a picture, a text and documents, and says where. @param {string} folder */
export function writeFixtures(folder) {
  const files = {
    pdf: join(folder, 'report.pdf'),
    brokenPdf: join(folder, 'broken.pdf'),
    encryptedPdf: join(folder, 'encrypted.pdf'),
    image: join(folder, 'picture.png'),
    text: join(folder, 'notes.txt'),
    ...Object.fromEntries(Object.keys(documents).map((format) => [format, join(folder, `stone.${format}`)])),
  }
  writeFileSync(files.pdf, pdf([1, 2, 3].map(pageOfReport)))
  writeFileSync(files.brokenPdf, 'This is not a PDF at all, although its name says so.')
  writeFileSync(files.encryptedPdf, pdf([pageOfReport(1)], encryption))
  for (const [format, content] of Object.entries(documents)) writeFileSync(join(folder, `stone.${format}`), content)
  writeFileSync(files.image, png(300, 200))
  writeFileSync(files.text, notes)
  return files
}

const notes = [
  'The gneiss of the northern wall was cut in May.',
  'Buyers asked for gneiss slabs of forty centimetres.',
  'No gneiss was left in the yard by the end of June.',
].join('\n')

/** About a thousand characters a page, so that text alone costs about a third of a thousand tokens. @param {number} page */
function pageOfReport(page) {
  const seasons = ['spring', 'summer', 'autumn', 'winter']
  return Array.from({ length: 14 }, (_, line) => {
    const season = seasons[(line + page) % seasons.length]
    return `In the ${season} of ${1900 + page * 20 + line} the Kestrel quarry sold ${page}${line} carts of stone to the town.`
  })
}

/** What the trailer of a PDF says that nobody opens without its password. */
const encryption = ` /ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`

/**
 * A PDF with one font and compressed pages.
 * @param {string[][]} pages
 */
function pdf(pages, trailer = '') {
  const first = 4
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`).join(' ')
  /** @type {Array<Buffer | string>} */
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  for (const [index, lines] of pages.entries()) {
    const content = deflateSync(
      `BT /F1 11 Tf 60 780 Td 16 TL\n${lines.map((line) => `(${line}) Tj T*`).join('\n')}\nET`,
    )
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${first + index * 2 + 1} 0 R >>`,
      Buffer.concat([
        Buffer.from(`<< /Length ${content.length} /Filter /FlateDecode >>\nstream\n`),
        content,
        Buffer.from('\nendstream'),
      ]),
    )
  }
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets = []
  let length = parts[0]?.length ?? 0
  for (const [index, object] of objects.entries()) {
    offsets.push(length)
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')])
    parts.push(part)
    length += part.length
  }
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  parts.push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${count} /Root 1 0 R${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

/** A picture of stripes. @param {number} width @param {number} height */
function png(width, height) {
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3)
    for (let x = 0; x < width; x++) row.writeUIntBE(y % 20 < 10 ? 0x8090a0 : 0x403020, 1 + x * 3, 3)
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

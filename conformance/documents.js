// The documents of Converse in every format that an app may send: the same two sentences in each.
import { wordDocument, workbook } from './compound.js'
import { zip } from './zip.js'

const sentences = [
  'The Serizzo of the western face was split in March.',
  'A third of the Serizzo went by Bergell ship to the town of Bellano.',
]

const paragraphs = sentences.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('')
const rows = sentences
  .map((text, row) => `<row r="${row + 1}"><c r="A${row + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`)
  .join('')

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'application/vnd.openxmlformats-officedocument'
const schemas = 'http://schemas.openxmlformats.org'

/** What an office document needs around its own part. @param {string} part @param {string} type */
const wrapping = (part, type) => ({
  '[Content_Types].xml': `${head}<Types xmlns="${schemas}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="${office}.${type}.main+xml"/></Types>`,
  '_rels/.rels': `${head}<Relationships xmlns="${schemas}/package/2006/relationships"><Relationship Id="rId1" Type="${schemas}/officeDocument/2006/relationships/officeDocument" Target="${part}"/></Relationships>`,
})

/** Each format by the name that Converse has for it. @type {Record<string, string | Buffer>} */
export const documents = {
  csv: `place,story\n${sentences.map((text, row) => `face ${row + 1},"${text}"`).join('\n')}\n`,
  md: `# Serizzo of the western face\n\n${sentences.map((text) => `- ${text}`).join('\n')}\n`,
  html: `<!doctype html><html><head><title>Stone</title></head><body>${sentences.map((text) => `<p>${text}</p>`).join('')}</body></html>`,
  docx: zip({
    ...wrapping('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': `${head}<w:document xmlns:w="${schemas}/wordprocessingml/2006/main"><w:body>${paragraphs}</w:body></w:document>`,
  }),
  xlsx: zip({
    ...wrapping('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': `${head}<workbook xmlns="${schemas}/spreadsheetml/2006/main" xmlns:r="${schemas}/officeDocument/2006/relationships"><sheets><sheet name="Stone" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${schemas}/package/2006/relationships"><Relationship Id="rId1" Type="${schemas}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${schemas}/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
  }),
  doc: wordDocument(`${sentences.join('\r')}\r`),
  xls: workbook(sentences),
}

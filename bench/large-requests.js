// Large requests, other ones each time: a document that was read before is remembered.
import { randomBytes } from 'node:crypto'
import { signedHeaders } from './lib.js'

const model = '/model/us.anthropic.claude-opus-4-6-v1'
const question = { text: 'What does it say of the north mill?' }

/** InvokeModel with this content. @param {string | object[]} content */
export function invoke(content) {
  const messages = [{ role: 'user', content }]
  return {
    path: `${model}/invoke`,
    body: JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages }),
  }
}

/** InvokeModel with a PDF. @param {Buffer} bytes */
export function invokePdf(bytes) {
  const source = { type: 'base64', media_type: 'application/pdf', data: bytes.toString('base64') }
  return invoke([
    { type: 'document', source },
    { type: 'text', ...question },
  ])
}

/** Converse with a document. @param {string} format @param {Buffer} bytes */
export function converse(format, bytes) {
  const document = { format, name: 'mills', source: { bytes: bytes.toString('base64') } }
  const messages = [{ role: 'user', content: [{ document }, question] }]
  return { path: `${model}/converse`, body: JSON.stringify({ messages }) }
}

/** @param {number} port @param {{path: string, body: string}} request */
export async function send(port, { path, body }) {
  const headers = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: 'host', path, body })
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}

/** Sentences of so many bytes. @param {number} bytes */
export function words(bytes) {
  const sentences = []
  for (let length = 0; length < bytes; length += sentences.at(-1).length + 1) {
    sentences.push(
      `The mill number ${randomBytes(3).readUIntLE(0, 3)} ground more grain than the north mill this year.`,
    )
  }
  return sentences.join(' ').slice(0, bytes)
}

/** A PDF of so many pages with 3,000 characters each, and noise as a picture that makes it as large as asked. */
export function makePdf(pages, bytes) {
  const parts = []
  const offsets = []
  let at = 0
  const write = (part) => {
    parts.push(Buffer.from(part))
    at += parts.at(-1).length
  }
  const object = (text, stream) => {
    offsets.push(at)
    write(`${offsets.length} 0 obj\n${text}\n`)
    for (const part of stream === undefined ? [] : ['stream\n', stream, '\nendstream\n']) write(part)
    write('endobj\n')
  }
  const kids = Array.from({ length: pages }, (_, page) => `${4 + page * 2} 0 R`).join(' ')
  write('%PDF-1.4\n')
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`)
  object('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  for (let page = 0; page < pages; page += 1) {
    const lines = words(3000).match(/.{1,90}/g)
    const stream = `BT /F1 10 Tf 60 760 Td 12 TL ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`
    const resources = '/Resources << /Font << /F1 3 0 R >> >>'
    const contents = `/Contents ${offsets.length + 2} 0 R`
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] ${contents} ${resources} >>`)
    object(`<< /Length ${stream.length} >>`, stream)
  }
  const noise = Math.max(0, Math.floor(bytes - at - offsets.length * 20 - 400))
  object(`<< /Length ${noise} >>`, randomBytes(noise))
  const table = at
  write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`)
  for (const offset of offsets) write(`${String(offset).padStart(10, '0')} 00000 n \n`)
  write(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  return Buffer.concat(parts)
}

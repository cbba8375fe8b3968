/**
 * The program of the threads that read documents, as text: a worker started from text runs alike from compiled code and
 * from TypeScript sources, which Node 20 cannot load itself. `workerData` says where each library is.
 */
export const documentWorkerProgram = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')

// Limits of a thread's heap do not count array buffers, into which streams unpack a thousand times their size.
const mostBytes = 268435456
const noticed = 1048576
let overfull = false
function admit(size) {
  if (process.memoryUsage().arrayBuffers + size <= mostBytes) return
  overfull = true
  throw new RangeError('This document unpacks to more than may be held')
}
globalThis.Uint8Array = new Proxy(Uint8Array, {
  construct(target, args, made) {
    if (typeof args[0] === 'number' && args[0] > noticed) admit(args[0])
    return Reflect.construct(target, args, made)
  },
})
const Decompression = DecompressionStream
globalThis.DecompressionStream = class {
  constructor(format) {
    const { readable, writable } = new Decompression(format)
    let unseen = 0
    const transform = (chunk, controller) => {
      unseen += chunk.byteLength
      if (unseen > noticed) {
        unseen = 0
        admit(noticed)
      }
      controller.enqueue(chunk)
    }
    this.writable = writable
    this.readable = readable.pipeThrough(new TransformStream({ transform }))
  }
}

// By format: loads what reads it, and gives the function that does.
const loaders = {
  pdf: () => {
    const { getDocumentProxy } = require(workerData.pdf)
    return ({ bytes, maxPages }) => readPdf(getDocumentProxy, bytes, maxPages)
  },
  docx: () => {
    const open = loadArchives()
    const mammoth = require(workerData.docx)
    return async ({ bytes }) => {
      const { kind, archive } = open(bytes, 'docx')
      if (archive === undefined) return { kind }
      return text((await mammoth.extractRawText({ buffer: Buffer.from(archive) })).value)
    }
  },
  xlsx: () => {
    const open = loadArchives()
    const { read } = require(workerData.sheets)
    return ({ bytes }) => {
      const { kind, archive } = open(bytes, 'xlsx')
      return archive === undefined ? { kind } : text(readSheets(read, archive))
    }
  },
  doc: () => {
    const { CFB } = require(workerData.sheets)
    const WordExtractor = require(workerData.doc)
    return async ({ bytes }) => {
      const kind = kindOfContainer(CFB, bytes)
      if (kind !== 'doc') return { kind }
      return text((await new WordExtractor().extract(Buffer.from(bytes))).getBody())
    }
  },
  xls: () => {
    const { CFB, read } = require(workerData.sheets)
    return ({ bytes }) => {
      const kind = kindOfContainer(CFB, bytes)
      return kind === 'xls' ? text(readSheets(read, bytes)) : { kind }
    }
  },
  html: () => {
    const { compile } = require(workerData.html)
    const convert = compile({
      wordwrap: false,
      limits: { maxDepth: 500 },
      selectors: [
        { selector: 'a', options: { ignoreHref: true } },
        { selector: 'img', format: 'skip' },
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
        { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      ],
    })
    return ({ bytes }) => text(convert(Buffer.from(bytes).toString('utf8')))
  },
}

const readers = {}

parentPort.on('message', async (document) => {
  overfull = false
  const { format } = document
  try {
    readers[format] ??= loaders[format]()
  } catch (error) {
    parentPort.postMessage({ event: 'unloadable', reason: String(error) })
    return
  }
  parentPort.postMessage({ event: 'loaded' })
  let found
  try {
    found = await readers[format](document)
  } catch (error) {
    const isLocked = error && (error.name === 'PasswordException' || /password/i.test(error.message))
    found = { kind: isLocked ? 'encrypted' : 'invalid' }
  }
  // What is left of a document when some of its streams were given up is not what it says.
  parentPort.postMessage({ event: 'read', text: overfull ? { kind: 'invalid' } : found })
})

const text = (whole) => ({ kind: 'read', units: [whole] })

async function readPdf(getDocumentProxy, bytes, maxPages) {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0, disableFontFace: true, stopAtErrors: false })
  try {
    const { info } = await pdf.getMetadata()
    if (info && info.EncryptFilterName) return { kind: 'encrypted' }
    if (pdf.numPages > maxPages) return { kind: 'too-long', pages: pdf.numPages }
    const units = []
    for (let number = 1; number <= pdf.numPages && !overfull; number++) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      units.push(items.map((item) => (item.str === undefined ? '' : item.str + (item.hasEOL ? '\\n' : ''))).join(''))
      page.cleanup()
    }
    return { kind: 'read', units }
  } finally {
    await pdf.destroy()
  }
}

// An archive is unpacked here, within limits, and packed anew: no library sees what a hostile one claims of itself.
const mostUnpacked = 67108864
const mostFiles = 5000

function loadArchives() {
  const { unzipSync, zipSync } = require(workerData.archives)
  const { CFB } = require(workerData.sheets)
  return (bytes, wanted) => {
    // Office programs put an encrypted document into a container of the old kind (MS-OFFCRYPTO).
    if (bytes[0] === 0xd0) return { kind: kindOfContainer(CFB, bytes) }
    let left = mostUnpacked
    let files = mostFiles
    const filter = ({ name, originalSize }) => {
      if (files-- === 0) throw new RangeError('The archive holds too many files')
      if (!/\\.(xml|rels)$/i.test(name)) return false
      left -= originalSize
      if (left < 0) throw new RangeError('The archive holds too much')
      return true
    }
    const unpacked = unzipSync(bytes, { filter })
    const names = Object.keys(unpacked)
    const kind = names.some((name) => name.startsWith('word/')) ? 'docx' : names.some((name) => name.startsWith('xl/')) ? 'xlsx' : 'zip'
    return kind === wanted ? { kind, archive: zipSync(unpacked, { level: 0 }) } : { kind }
  }
}

function kindOfContainer(CFB, bytes) {
  const container = CFB.read(Buffer.from(bytes), { type: 'buffer' })
  if (CFB.find(container, 'EncryptedPackage')) return 'encrypted'
  const word = CFB.find(container, 'WordDocument')
  // The flag fEncrypted of MS-DOC, 2.5.2.
  if (word) return word.content.length > 11 && (word.content[11] & 1) === 1 ? 'encrypted' : 'doc'
  return CFB.find(container, 'Workbook') || CFB.find(container, 'Book') ? 'xls' : 'ole'
}

// The cells that are there, and no others: a sheet may claim a million rows of which it has one.
function readSheets(read, bytes) {
  const { SheetNames, Sheets } = read(bytes, { type: 'array', dense: true, cellFormula: false, cellHTML: false })
  return SheetNames.map((name) => {
    const lines = []
    for (const row of Sheets[name]['!data'] ?? []) {
      const cells = Array.isArray(row) ? Array.from(row, (cell) => quoted(cell)) : []
      if (cells.some((cell) => cell !== '')) lines.push(cells.join(','))
    }
    return (SheetNames.length > 1 ? [name, ...lines] : lines).join('\\n')
  }).join('\\n\\n')
}

function quoted(cell) {
  const value = cell === undefined || cell.t === 'z' ? '' : String(cell.w ?? cell.v ?? '')
  return /[",\\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value
}
`

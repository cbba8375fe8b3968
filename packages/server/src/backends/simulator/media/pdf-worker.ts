/**
 * The program of the thread that reads PDFs, as text: a worker started from text runs alike from compiled code and from
 * TypeScript sources, which Node 20 cannot load itself. `workerData` is the path of unpdf.
 */
export const pdfWorkerProgram = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')

// Limits of a thread's heap do not count array buffers, into which streams unpack a thousand times their size.
const mostBytes = 268435456
const noticed = 1048576
let overfull = false
function admit(size) {
  if (process.memoryUsage().arrayBuffers + size <= mostBytes) return
  overfull = true
  throw new RangeError('This PDF unpacks to more than may be held')
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

parentPort.on('message', async ({ bytes, maxPages }) => {
  overfull = false
  const text = await read(bytes, maxPages).catch((error) => ({
    kind: error && error.name === 'PasswordException' ? 'encrypted' : 'invalid',
  }))
  // What is left of a PDF when some of its streams were given up is not what it says.
  parentPort.postMessage(overfull ? { kind: 'invalid' } : text)
})

async function read(bytes, maxPages) {
  const { getDocumentProxy } = require(workerData)
  const pdf = await getDocumentProxy(bytes, { verbosity: 0, disableFontFace: true, stopAtErrors: false })
  try {
    const { info } = await pdf.getMetadata()
    if (info && info.EncryptFilterName) return { kind: 'encrypted' }
    if (pdf.numPages > maxPages) return { kind: 'too-long', pages: pdf.numPages }
    const pages = []
    for (let number = 1; number <= pdf.numPages && !overfull; number++) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      pages.push(items.map((item) => (item.str === undefined ? '' : item.str + (item.hasEOL ? '\\n' : ''))).join(''))
      page.cleanup()
    }
    return { kind: 'read', pages }
  } finally {
    await pdf.destroy()
  }
}
`

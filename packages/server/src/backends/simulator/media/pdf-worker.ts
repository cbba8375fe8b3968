/**
 * The program of the thread that reads PDFs, as text: a worker started from text runs alike from compiled code and from
 * TypeScript sources, which Node 20 cannot load itself. `workerData` is the path of unpdf.
 */
export const pdfWorkerProgram = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')

parentPort.on('message', async ({ bytes, maxPages }) => {
  parentPort.postMessage(await read(bytes, maxPages).catch((error) => ({
    kind: error && error.name === 'PasswordException' ? 'encrypted' : 'invalid',
  })))
})

async function read(bytes, maxPages) {
  const { getDocumentProxy } = require(workerData)
  const pdf = await getDocumentProxy(bytes, { verbosity: 0, disableFontFace: true, stopAtErrors: false })
  try {
    const { info } = await pdf.getMetadata()
    if (info && info.EncryptFilterName) return { kind: 'encrypted' }
    if (pdf.numPages > maxPages) return { kind: 'too-long', pages: pdf.numPages }
    const pages = []
    for (let number = 1; number <= pdf.numPages; number++) {
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

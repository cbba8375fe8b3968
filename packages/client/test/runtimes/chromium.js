import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { bundle } from './bundle.js'

/** The machine's own Chromium or Chrome: nothing is downloaded. */
export function findChromium() {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** Serves an empty page and the suite, so that the endpoint sees a foreign origin. @param {string} folder */
export async function servePage(folder) {
  const code = readFileSync(await bundle(folder, 'page'))
  const server = createServer(({ url }, response) => {
    if (url === '/suite.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(code)
    else {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>Outcrop</title><script type="module" src="/suite.js"></script>')
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page has no port')
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}

/**
 * Runs the suite in a page of headless Chromium.
 * @param {{ executablePath: string, origin: string, world: object }} settings
 */
export async function runInChromium({ executablePath, origin, world }) {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false })
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await page.waitForFunction(() => 'runOutcropSuite' in globalThis)
    const results = await page.evaluate((given) => globalThis.runOutcropSuite(given), world)
    return { version: browser.version(), results }
  } finally {
    await browser.close()
  }
}

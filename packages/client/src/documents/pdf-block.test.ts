import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesToBase64 } from './bytes-to-base64.ts'
import { DocumentError } from './document-error.ts'
import { pdfBlock, type PdfOptions } from './pdf-block.ts'
import { makePdf } from './pdf.fixture.ts'

const pdf = makePdf(['one', 'two'])
const data = Buffer.from(pdf).toString('base64')

async function faultOf(made: Promise<unknown>): Promise<string> {
  const error = await made.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DocumentError)) throw new Error(`No DocumentError: ${String(error)}`)
  return `${error.fault}: ${error.message}`
}

describe('pdfBlock of what is here', () => {
  it.each([
    ['bytes', pdf],
    ['a view of a part of a buffer', new Uint8Array([0, ...pdf, 0]).subarray(1, pdf.length + 1)],
    ['a buffer', new Uint8Array(pdf).buffer],
    ['a blob', new Blob([new Uint8Array(pdf)])],
    ['a data URL', `data:application/pdf;base64,${data}`],
  ])('takes %s', async (_, source) => {
    expect(await pdfBlock(source)).toEqual({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data },
    })
  })

  it('says what the model should know of it', async () => {
    expect(await pdfBlock(pdf, { title: 'Report', context: 'Of 2026', citations: true })).toEqual({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data },
      title: 'Report',
      context: 'Of 2026',
      citations: { enabled: true },
    })
    expect(await pdfBlock(pdf, { citations: false })).not.toHaveProperty('citations')
  })

  it.each([
    [
      new Uint8Array(),
      {},
      'not-a-pdf: The file is no PDF: it is empty. Send text as a text block, and images as image blocks.',
    ],
    [
      new TextEncoder().encode('hello'),
      {},
      'not-a-pdf: The file is no PDF: it does not begin as one. Send text as a text block, and images as image blocks.',
    ],
    [
      pdf,
      { maxBytes: 10 },
      `too-large: The PDF has ${pdf.length} bytes, and at most 10 are sent: split it. A request to Bedrock has 20 MB, and base64 makes a file a third larger.`,
    ],
    [
      new Blob([new Uint8Array(pdf)]),
      { maxBytes: 10 },
      `too-large: The PDF has ${pdf.length} bytes, and at most 10 are sent: split it. A request to Bedrock has 20 MB, and base64 makes a file a third larger.`,
    ],
    [
      'report.pdf',
      {},
      'not-found: "report.pdf" is no http:, https: or data: URL: read files with pdfFileBlock of @outcrop/client/node, and give bytes as a Uint8Array.',
    ],
    [
      'file:///report.pdf',
      {},
      'not-found: "file:///report.pdf" is no http:, https: or data: URL: read files with pdfFileBlock of @outcrop/client/node, and give bytes as a Uint8Array.',
    ],
  ] as const)('refuses %j', async (source, options, fault) => {
    expect(await faultOf(pdfBlock(source, options))).toBe(fault)
  })

  it('takes files up to what fits into a request, and none that does not', async () => {
    const whole = new Uint8Array(15_679_488)
    whole.set(pdf)
    const block = await pdfBlock(whole)
    expect(block.source.data).toHaveLength(20_905_984)
    expect(await faultOf(pdfBlock(new Uint8Array(15_679_489)))).toMatch(/^too-large: The PDF has 15679489 bytes/)
  })
})

describe('bytesToBase64', () => {
  it.each([0, 1, 2, 3, 24_575, 24_576, 24_577, 100_000])('writes %i bytes as everybody does', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 256)
    expect(bytesToBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
  })
})

const refuse: typeof globalThis.fetch = async () => {
  throw new TypeError('an address of our own network')
}

let reply: (response: http.ServerResponse, path: string) => void = () => {}

describe('pdfBlock of a URL', () => {
  let url = ''
  const closed: string[] = []
  const server = http.createServer((request, response) => {
    response.on('close', () => closed.push(request.url ?? ''))
    reply(response, request.url ?? '')
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const get = (path: string, options: PdfOptions = {}) => pdfBlock(`${url}${path}`, options)

  it.each([
    'application/pdf',
    'application/pdf; charset=binary',
    'application/octet-stream',
    'Binary/Octet-Stream',
    undefined,
  ])('fetches it, whether it is said to be %j', async (type) => {
    reply = (response) => response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(pdf)
    expect((await pdfBlock(new URL(`${url}/a.pdf`), { title: 'A' })).source.data).toBe(data)
  })

  it('follows where it is sent', async () => {
    reply = (response, path) =>
      path === '/old' ? response.writeHead(302, { location: '/new' }).end() : response.end(pdf)
    expect((await get('/old')).source.data).toBe(data)
  })

  it.each([
    [404, {}, 'not-found: URL/x?secret answered 404.'],
    [403, {}, 'refused: URL/x?secret answered 403 instead of a PDF.'],
    [204, {}, 'refused: URL/x?secret answered 204 instead of a PDF.'],
    [200, { 'content-type': 'text/html' }, 'not-a-pdf: URL/x?secret is text/html and no PDF.'],
    [
      200,
      { 'content-length': '99999999' },
      'too-large: URL/x?secret has more than the 15679488 bytes that are sent: split it.',
    ],
  ] as const)(
    'refuses the answer %i %j, without the query, which may hold a secret',
    async (status, headers, fault) => {
      reply = (response) => {
        response.writeHead(status, headers)
        if ('content-length' in headers) response.write('%PDF-')
        else response.end()
      }
      expect(await faultOf(get('/x?secret'))).toBe(fault.replace('URL/x?secret', `${url}/x`))
    },
  )

  it('reads no further than its limit, however long the file is, and hangs up', async () => {
    reply = (response) => {
      response.write('%PDF-1.4')
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect(await faultOf(get('/endless', { maxBytes: 100_000 }))).toBe(
      `too-large: ${url}/endless has more than the 100000 bytes that are sent: split it.`,
    )
    await expect.poll(() => closed).toContain('/endless')
  })

  it.each([
    ['before the head', () => undefined],
    ['in mid-body', (response: http.ServerResponse) => void response.write('%PDF-1.4')],
  ])('does not wait longer than it was told when nothing comes %s', async (_, act) => {
    reply = act
    expect(await faultOf(get('/slow', { timeoutMs: 50 }))).toBe(`timeout: ${url}/slow was not there after 50 ms.`)
  })

  it('stops when the caller stops, with his reason', async () => {
    reply = () => {}
    const reason = new Error('no longer wanted')
    const stop = new AbortController()
    setTimeout(() => stop.abort(reason), 20)
    await expect(get('/slow', { signal: stop.signal })).rejects.toBe(reason)
  })

  it('says that nobody is there, with the cause', async () => {
    const error = await pdfBlock('http://127.0.0.1:1/a.pdf').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ fault: 'unreachable', message: 'http://127.0.0.1:1/a.pdf could not be fetched.' })
    expect((error as Error).cause).toBeInstanceOf(Error)
  })

  it('leaves it to a fetch of the caller where one may go', async () => {
    expect(await faultOf(get('/a.pdf', { fetch: refuse }))).toBe(`unreachable: ${url}/a.pdf could not be fetched.`)
  })
})

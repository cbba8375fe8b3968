import { describe, expect, it } from 'vitest'
import { imageHeaders } from '../src/backends/simulator/media/image.fixture.ts'
import {
  makeDoc,
  makeDocx,
  makeEncryptedOffice,
  makeWorkbook,
  paragraph,
} from '../src/backends/simulator/media/office.fixture.ts'
import { makePdf } from '../src/backends/simulator/media/pdf.fixture.ts'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { type Door, doors } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const base = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0'
const now = Date.now
const handle = createTestGateway({
  gatekeeper: createGatekeeper({ mode: 'open', credentials: [], region: 'us-west-2', account: '123456789012', now }),
  backend: createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now }),
  fidelity: 'guide',
  log: { info: () => {}, warn: () => {}, error: () => {} },
  now,
  random: () => 0.05,
  newRequestId: () => crypto.randomUUID(),
  isReady: () => true,
})

const question = 'What is said of granite?'
const post = async (door: Door, path: string, body: object) =>
  door.ask({ method: 'POST', path, body: JSON.stringify(body) })
const converse = async (door: Door, blocks: readonly object[], operation = 'converse') =>
  post(door, `${base}/${operation}`, { messages: [{ role: 'user', content: [...blocks, { text: question }] }] })
const invoke = async (door: Door, blocks: readonly object[], operation = 'invoke') =>
  post(door, `${base}/${operation}`, {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 500,
    messages: [{ role: 'user', content: [...blocks, { type: 'text', text: question }] }],
  })
const file = (format: string, bytes: Buffer, enabled = false): object => ({
  document: { name: 'report', format, source: { bytes: bytes.toString('base64') }, citations: { enabled } },
})
const pdfBlock = (bytes: Buffer): object => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: bytes.toString('base64') },
  citations: { enabled: true },
})

const inputTokens = ({ text: body }: { readonly text: string }): number => Number(/"inputTokens":(\d+)/.exec(body)?.[1])

const facts = 'Chalk is soft. Granite is old.'
const rows = [['Granite', 'is old']]
const samples: Readonly<Record<string, Buffer>> = {
  pdf: makePdf([facts]),
  csv: Buffer.from('rock,age\nGranite,is old\n'),
  doc: makeDoc(facts),
  docx: makeDocx(paragraph(facts)),
  xls: makeWorkbook('biff8', { One: rows }),
  xlsx: makeWorkbook('xlsx', { One: rows }),
  html: Buffer.from('<p>Chalk is soft.</p><p>Granite is old.</p>'),
  txt: Buffer.from(facts),
  md: Buffer.from('# Rocks\n\nGranite is old.'),
}

const text = '\uFEFFSmile 😀 first.\r\n𝒢ranite 🪨 comes next.\r\nGranite is old 😀 and hard.\r\nThe end.'

describe.each(doors)('A document sent %s', (_, open) => {
  it('is quoted in every format of Converse', async () => {
    const door = await open(handle)
    for (const [format, bytes] of Object.entries(samples)) {
      const answer = await converse(door, [file(format, bytes)])
      expect([format, answer.status]).toEqual([format, 200])
      expect([format, answer.text]).toEqual([format, expect.stringMatching(/Granite[, ]is old/)])
    }
    await door.close()
  })

  it('is cited by characters that match the file, its mark, line ends and emoji included', async () => {
    const door = await open(handle)
    const answer = await converse(door, [file('txt', Buffer.from(text), true)])
    const source = { type: 'text', media_type: 'text/plain', data: text }
    const invoked = await invoke(door, [{ type: 'document', source, citations: { enabled: true } }])
    await door.close()
    const [start, end] = [40, 66]
    expect(Array.from(text).slice(start, end).join('')).toBe('Granite is old 😀 and hard.')
    expect(answer.text).toContain(
      `"citations":[{"location":{"documentChar":{"documentIndex":0,"end":${end},"start":${start}}},"sourceContent":[{"text":"Granite is old 😀 and hard."}]`,
    )
    expect(invoked.text).toContain(`"start_char_index":${start},"end_char_index":${end}`)
  })

  it('is cited by pages from 1, by chunks and by search results, on every wire', async () => {
    const door = await open(handle)
    const pdf = makePdf(['Chalk is soft.', 'Granite is old.', 'Iron rusts.'])
    const page = '{"documentPage":{"documentIndex":0,"end":3,"start":2}}'
    expect((await converse(door, [file('pdf', pdf, true)])).text).toContain(page)
    expect((await converse(door, [file('pdf', pdf, true)], 'converse-stream')).text).toContain(page)
    const location = '"start_page_number":2,"end_page_number":3'
    expect((await invoke(door, [pdfBlock(pdf)])).text).toContain(location)
    const frames = (await invoke(door, [pdfBlock(pdf)], 'invoke-with-response-stream')).text
    const events = [...frames.matchAll(/"bytes":"([^"]*)"/g)].map(([, bytes = '']) => Buffer.from(bytes, 'base64'))
    expect(events.join('\n')).toContain(location)
    const message = {
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      max_tokens: 500,
      messages: [{ role: 'user', content: [pdfBlock(pdf), { type: 'text', text: question }] }],
    }
    expect((await post(door, '/anthropic/v1/messages', message)).text).toContain(location)
    const parts = [{ text: 'Chalk is soft.' }, { text: 'Granite is old.' }]
    const custom = { document: { name: 'parts', source: { content: parts }, citations: { enabled: true } } }
    expect((await converse(door, [custom])).text).toContain('{"documentChunk":{"documentIndex":0,"end":2,"start":1}}')
    const search = { source: 'https://rocks.example', title: 'Rocks', content: parts, citations: { enabled: true } }
    expect((await converse(door, [{ searchResult: search }])).text).toContain(
      '{"searchResultLocation":{"end":2,"searchResultIndex":0,"start":1}}',
    )
    await door.close()
  })

  it('that is a PDF costs 2,000 tokens more a page where it is seen, and a scan is told of', async () => {
    const door = await open(handle)
    const pdf = makePdf(['', 'Granite is old.'])
    const [plain, seen] = [await converse(door, [file('pdf', pdf)]), await converse(door, [file('pdf', pdf, true)])]
    await door.close()
    expect(inputTokens(seen) - inputTokens(plain)).toBe(4_000)
    expect(plain.text).toContain(
      'Of 1 page there is no text, and pictures are not seen: Converse shows pages only with citations enabled.',
    )
    expect(seen.text).toContain('1 page came as pictures without text, which this simulator cannot read.')
  })

  it.each([
    ['pdf', samples['docx'], 'it is a zip archive, not pdf'],
    ['pdf', imageHeaders.png(5, 5), 'it is an image, not pdf'],
    ['docx', samples['pdf'], 'it is pdf, not docx'],
    ['docx', samples['xlsx'], 'it is xlsx, not docx'],
    ['xlsx', makeEncryptedOffice(), 'it is encrypted; send it without a password'],
    ['pdf', makePdf(['Secret'], true), 'it is encrypted; send it without a password'],
    ['doc', Buffer.from('D0CF11E0A1B11AE1', 'hex'), 'it is no sound doc file'],
    ['txt', samples['xls'], 'it is no sound txt file'],
  ])('as %s that it is not is refused by name', async (format, bytes = Buffer.alloc(0), why) => {
    const door = await open(handle)
    const answer = await converse(door, [file(format, bytes)])
    await door.close()
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([
      400,
      expect.stringMatching('^ValidationException'),
    ])
    expect(answer.text).toContain(`Document \\"report\\": ${why}.`)
  })
})

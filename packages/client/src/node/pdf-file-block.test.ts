import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePdf } from '../documents/pdf.fixture.ts'
import { pdfFileBlock } from './pdf-file-block.ts'

const pdf = makePdf(['one'])
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-pdf-'))
  await writeFile(join(folder, 'a.pdf'), pdf)
  await writeFile(join(folder, 'a.txt'), 'hello')
})
afterAll(() => rm(folder, { recursive: true }))

describe('pdfFileBlock', () => {
  it('reads a file by its path or its URL', async () => {
    const data = Buffer.from(pdf).toString('base64')
    const path = join(folder, 'a.pdf')
    const expected = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, title: 'A' }
    expect(await pdfFileBlock(path, { title: 'A' })).toEqual(expected)
    expect(await pdfFileBlock(pathToFileURL(path), { title: 'A' })).toEqual(expected)
  })

  it.each([
    [
      'a.txt',
      {},
      'not-a-pdf',
      'The file is no PDF: it does not begin as one. Send text as a text block, and images as image blocks.',
    ],
    ['none.pdf', {}, 'not-found', 'FILE cannot be read.'],
    ['.', {}, 'not-found', 'FILE is no file.'],
    ['a.pdf', { maxBytes: 9 }, 'too-large', `FILE has ${pdf.length} bytes, and at most 9 are sent: split it.`],
  ] as const)('refuses %s with %j: %s', async (name, options, fault, message) => {
    const path = join(folder, name)
    await expect(pdfFileBlock(path, options)).rejects.toMatchObject({ fault, message: message.replace('FILE', path) })
  })

  it.skipIf(process.platform === 'win32')('does not wait for a pipe that nobody writes to', async () => {
    const path = join(folder, 'pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', path])
    await expect(pdfFileBlock(path)).rejects.toMatchObject({ fault: 'not-found', message: `${path} is no file.` })
  })
})

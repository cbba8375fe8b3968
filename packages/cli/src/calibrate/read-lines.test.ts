import { describe, expect, it } from 'vitest'
import { readLines } from './read-lines.ts'

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(lines: AsyncIterable<string | undefined>): Promise<Array<string | undefined>> {
  const found: Array<string | undefined> = []
  for await (const line of lines) found.push(line)
  return found
}

describe('lines', () => {
  it.each([1, 2, 3, 7, 1_000])('are the same when they arrive in pieces of %i bytes', async (size) => {
    expect(await collect(readLines(cut('héllo\n\nwörld 🌍\r\nend', size)))).toEqual(['héllo', '', 'wörld 🌍\r', 'end'])
  })

  it('begin after a byte order mark', async () => {
    expect(await collect(readLines(cut('\uFEFF{}\n{}\n', 4)))).toEqual(['{}', '{}'])
  })

  it('end at line feeds alone: JSON may hold the separators of Unicode', async () => {
    expect(await collect(readLines(cut('"a\u2028b\u2029c\u0085d"\n', 5)))).toEqual(['"a\u2028b\u2029c\u0085d"'])
  })

  it.each([3, 1_000])('that are too long are left out, and those after them read: pieces of %i bytes', async (size) => {
    const text = `${'x'.repeat(11)}\n${'y'.repeat(10)}\n${'z'.repeat(40)}`
    expect(await collect(readLines(cut(text, size), 10))).toEqual([undefined, 'yyyyyyyyyy', undefined])
  })
})

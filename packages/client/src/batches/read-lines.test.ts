import { describe, expect, it } from 'vitest'
import { readLines } from './read-lines.ts'

async function* cut(text: string, size: number) {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* endless() {
  const piece = new Uint8Array(16 * 1024 * 1024).fill(120)
  for (;;) yield piece
}

async function collect(lines: AsyncIterable<string>) {
  const found: string[] = []
  for await (const line of lines) found.push(line)
  return found
}

describe('readLines', () => {
  it.each([1, 2, 3, 7, 1000])('yields the same lines when the network cuts every %i bytes', async (size) => {
    expect(await collect(readLines(cut('{"a":"héllo"}\n\n\r\n{"b":1}\r\nlast', size)))).toEqual([
      '{"a":"héllo"}',
      '{"b":1}\r',
      'last',
    ])
    expect(await collect(readLines(cut('', size)))).toEqual([])
  })

  it('reads a line of many pieces in time', async () => {
    const line = 'x'.repeat(8 * 1024 * 1024)
    const started = performance.now()
    expect((await collect(readLines(cut(`${line}\nend`, 1024)))).map(({ length }) => length)).toEqual([line.length, 3])
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('gives up on a line without an end', async () => {
    await expect(collect(readLines(endless()))).rejects.toThrow('A line has more than 128 MB')
  })
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, startServer } from '@outcrop/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIo } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

const words = (count: number): string => Array.from({ length: count }, () => 'stone').join(' ')
const call = (modelId: string, count: number, inputTokens: number): string =>
  JSON.stringify({
    modelId,
    body: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 1,
      messages: [{ role: 'user', content: words(count) }],
    },
    inputTokens,
  })
// A tenth more than the simulator counts, by two families.
const calls = [
  call('us.anthropic.claude-opus-4-6-v1', 998, 1_105),
  call('us.anthropic.claude-opus-4-6-v1', 1_998, 2_205),
  call('anthropic.claude-opus-4-8', 998, 1_309),
  'nonsense',
].join('\n')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-calibrate-'))
  await writeFile(join(folder, 'calls.jsonl'), calls)
  await writeFile(join(folder, 'none.jsonl'), 'nonsense\n')
})
afterAll(() => rm(folder, { recursive: true }))

async function run(argv: readonly string[], stdin?: string) {
  const test = createTestIo()
  if (stdin !== undefined) test.stdin.end(stdin)
  return { code: await main(['calibrate', ...argv], test.io), out: test.out(), err: test.err() }
}

describe('outcrop calibrate', () => {
  it('says how far counts are off, before and with what it learned, and what it could not use', async () => {
    expect(await run([join(folder, 'calls.jsonl')])).toEqual({
      code: 0,
      err: '',
      out: `family  calls  multiplier  frame      error before    error with it
v3      2      1.1         as before  9.06 %, 9.07 %  0 %, 0 %
v4.7    1      1.3         as before  9.17 %, 9.17 %  needs calls that differ
Errors are the median and the 95th percentile; those with it were measured on calls that the fit had not seen.

Not used:
  line 4: expected a JSON object {"modelId": …, "body": …, "inputTokens": …}
`,
    })
  })

  it('writes what serve counts by', async () => {
    const out = join(folder, 'calibration.json')
    const { code, err } = await run([join(folder, 'calls.jsonl'), '--json', '--out', out])
    expect([code, err]).toEqual([0, `outcrop: wrote ${out}; count by it with: outcrop serve --calibration ${out}\n`])
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({
      families: { v3: { multiplier: 1.1, calls: 2, errorPercent: 0 }, 'v4.7': { multiplier: 1.3, calls: 1 } },
    })
    const { simulator } = await loadConfig({ flags: { calibration: out } })
    expect(simulator.calibration).toEqual({
      v3: { multiplier: 1.1, calls: 2, errorPercent: 0 },
      'v4.7': { multiplier: 1.3, calls: 1 },
    })
  })

  it('has an endpoint count as the real calls did, and say on how many that rests', async () => {
    const out = join(folder, 'learned.json')
    await run([join(folder, 'calls.jsonl'), '--out', out])
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const server = await startServer(await loadConfig({ flags: { calibration: out, port: '0' } }), { log })
    try {
      const answer = await fetch(`${server.url}/model/anthropic.claude-opus-4-6-v1/count-tokens`, {
        method: 'POST',
        body: JSON.stringify({
          input: { converse: { messages: [{ role: 'user', content: [{ text: words(998) }] }] } },
        }),
      })
      expect([await answer.json(), answer.headers.get('x-outcrop-token-estimate')]).toEqual([
        { inputTokens: 1_105 },
        'v3; error=0%; calls=2',
      ])
    } finally {
      await server.close(0)
    }
  })

  it('reads standard input', async () => {
    const { code, out } = await run(['-', '--json'], calls)
    expect([code, (JSON.parse(out) as { usable: number }).usable]).toEqual([0, 3])
  })

  it('fails where there is nothing to learn from', async () => {
    const none = join(folder, 'none.jsonl')
    expect(await run([none])).toEqual({
      code: 1,
      out: '',
      err: `outcrop: ${none} has no call that can be used:\n  line 1: expected a JSON object {"modelId": …, "body": …, "inputTokens": …}\n`,
    })
    expect((await run([join(folder, 'missing')])).err).toBe(
      `outcrop: ${join(folder, 'missing')} cannot be read: there is no such file\n`,
    )
    expect((await run([folder])).err).toBe(`outcrop: ${folder} cannot be read: it is a folder\n`)
  })
})

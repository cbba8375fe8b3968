import { readSse } from '@outcrop/protocol'
import { type Fault, type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CallReport, ClientWire } from '../src/options.ts'
import { createBedrockFetch } from '../src/transport.ts'

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1' })
})
afterAll(() => outcrop.close())

let reports: CallReport[] = []
beforeEach(() => {
  reports = []
})

const text = 'One two three four five six.'

/** What comes of a call whose first attempt meets a fault: text, or text and the failure behind it. */
async function meet(
  fault: Fault,
  wire: ClientWire,
  stream: boolean,
): Promise<readonly [got: string, failed?: string | undefined]> {
  outcrop.script({ replies: [{ text, fault }, { text }] })
  const bedrock = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    apiKey: 'any',
    wire,
    random: () => 0,
    timeouts: { idle: 300, firstByte: 2_000 },
    onCall: (report) => reports.push(report),
    onWarning: () => {},
  })
  const messages = [{ role: 'user', content: 'Count.' }]
  const body = JSON.stringify({ model: 'claude-opus-4-6', max_tokens: 100, stream, messages })
  const response = await bedrock('https://api.anthropic.com/v1/messages', { method: 'POST', body })
  if (!response.ok) return ['', `${response.status} ${await response.text()}`]
  if (!stream) {
    const { content } = (await response.json()) as { content: ReadonlyArray<{ text: string }> }
    return [content.map((block) => block.text).join('')]
  }
  let got = ''
  for await (const { event, data } of readSse(response.body ?? new ReadableStream())) {
    const { delta, error } = JSON.parse(data) as { delta?: { text?: string }; error?: { type: string } }
    if (event === 'error') return [got, error?.type]
    got += delta?.text ?? ''
  }
  return [got]
}

describe.each(['invoke', 'runtime-messages', 'converse'] as const)('%s through a real endpoint', (wire) => {
  // Before the first content, and for a whole answer.
  it.each([
    'modelTimeout',
    'modelError',
    'throttled',
    'modelNotReady',
    'internal',
    'unavailable',
    'drop',
    'reset',
  ] as const)('asks again after %s', async (fault) => {
    for (const stream of [true, false]) {
      reports = []
      expect(await meet({ kind: fault }, wire, stream)).toEqual([text])
      expect(reports).toHaveLength(2)
    }
  })

  it('asks again after half of a whole answer', async () => {
    expect(await meet({ kind: 'truncated-body' }, wire, false)).toEqual([text])
    expect(reports).toHaveLength(2)
  })

  it.each(['throttled', 'drop', 'reset', 'cut', 'half-frame', 'stall', 'bad-crc'] as const)(
    'asks again after %s behind the first event of a stream',
    async (kind) => {
      expect(await meet({ kind, after: 1, ...(kind === 'stall' && { ms: 1_000 }) }, wire, true)).toEqual([text])
      expect(reports).toHaveLength(2)
    },
  )

  it.each([
    ['throttled', 'rate_limit_error'],
    ['modelStreamError', 'api_error'],
    ['drop', 'api_error'],
    ['reset', 'api_error'],
    ['cut', 'api_error'],
    ['half-frame', 'api_error'],
    ['stall', 'timeout_error'],
    ['bad-crc', 'api_error'],
    ['malformed-json', 'api_error'],
  ] as const)('tells of %s in the middle of a stream by %s, once', async (kind, type) => {
    const [got, failed] = await meet({ kind, after: 4, ...(kind === 'stall' && { ms: 1_000 }) }, wire, true)
    expect([text.startsWith(got), got.length > 0, got.length < text.length, failed]).toEqual([true, true, true, type])
    expect(reports).toHaveLength(1)
  })

  it.each(['unknown-event', 'empty-block-start', 'slow'] as const)('bears %s', async (kind) => {
    expect(await meet({ kind, after: 3, ...(kind === 'slow' && { ms: 100 }) }, wire, true)).toEqual([text])
  })
})

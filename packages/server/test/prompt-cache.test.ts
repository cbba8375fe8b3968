import { createFrameDecoder } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import type { Handle } from '../src/exchange.ts'
import { type Ask, doors, type TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const words = (count: number): string => Array.from({ length: count }, () => 'stone').join(' ')
const pong = 'Reply with exactly: pong'
const messagesBody = (fields: object = {}): string =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    system: [{ type: 'text', text: words(600), cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: words(50), cache_control: { type: 'ephemeral' } },
          { type: 'text', text: pong },
        ],
      },
    ],
    ...fields,
  })
const converseBody = JSON.stringify({
  inferenceConfig: { maxTokens: 64 },
  system: [{ text: words(600) }, { cachePoint: { type: 'default', ttl: '1h' } }],
  messages: [{ role: 'user', content: [{ text: words(50) }, { cachePoint: { type: 'default' } }, { text: pong }] }],
})

/** A simulator behind a gateway, on a clock that stands still until it is moved. */
function setUp(): { readonly handle: Handle; readonly advance: (ms: number) => void } {
  let time = Date.parse('2026-11-23T12:00:00Z')
  const now = (): number => time
  const handle = createTestGateway({
    gatekeeper: createGatekeeper({
      mode: 'open',
      credentials: [],
      region: 'us-east-1',
      account: '123456789012',
      now,
    }),
    backend: createSimulator({
      seed: 'test',
      pace: { tokensPerSecond: 0, firstTokenMs: 0 },
      now,
      // A word is a token, and the frame costs five, so that sizes can be read off the tests.
      calibration: { v5: { multiplier: 1, frameTokens: 5, calls: 1 } },
    }),
    fidelity: 'guide',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
  })
  return {
    handle,
    advance: (ms) => {
      time += ms
    },
  }
}

const runtime = '/model/us.anthropic.claude-opus-5'
const post = (ask: Ask, path: string, body: string, region = 'us-east-1'): Promise<TestAnswer> =>
  ask({
    method: 'POST',
    path,
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/${region}/bedrock/aws4_request, SignedHeaders=host, Signature=0`,
    },
  })

function payloads({ body }: TestAnswer): readonly Record<string, unknown>[] {
  const decoder = createFrameDecoder()
  return decoder
    .push(body)
    .map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>)
}
const chunks = (answer: TestAnswer): unknown[] =>
  payloads(answer).map(({ bytes }) => JSON.parse(Buffer.from(String(bytes), 'base64').toString()) as unknown)

const usageText = ({ text }: TestAnswer): string | undefined => /"usage":(\{.*\})\}$/.exec(text)?.[1]

const written =
  '{"input_tokens":10,"cache_creation_input_tokens":652,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":52,"ephemeral_1h_input_tokens":600},"output_tokens":1,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}'
const read =
  '{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":652,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}'
const readConverse =
  '{"cacheReadInputTokenCount":652,"cacheReadInputTokens":652,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":10,"outputTokens":1,"serverToolUsage":{},"totalTokens":663}'

describe.each(doors)('a cached prompt asked for %s', (_, open) => {
  it('is counted by InvokeModel in the body and in headers', async () => {
    const door = await open(setUp().handle)
    const first = await post(door.ask, `${runtime}/invoke`, messagesBody())
    const second = await post(door.ask, `${runtime}/invoke`, messagesBody())
    await door.close()
    expect([usageText(first), usageText(second)]).toEqual([written, read])
    expect(first.headers).toMatchObject({
      'x-amzn-bedrock-input-token-count': '10',
      'x-amzn-bedrock-cache-write-input-token-count': '652',
      'x-amzn-bedrock-cache-read-input-token-count': '0',
    })
    expect(second.headers).toMatchObject({
      'x-amzn-bedrock-input-token-count': '10',
      'x-amzn-bedrock-cache-write-input-token-count': '0',
      'x-amzn-bedrock-cache-read-input-token-count': '652',
    })
  })

  it('is counted by the stream of InvokeModel at its start and in its metrics', async () => {
    const door = await open(setUp().handle)
    const path = `${runtime}/invoke-with-response-stream`
    const [first, second] = [
      chunks(await post(door.ask, path, messagesBody())),
      chunks(await post(door.ask, path, messagesBody())),
    ]
    await door.close()
    expect(first[0]).toMatchObject({
      message: {
        usage: {
          input_tokens: 10,
          cache_creation_input_tokens: 652,
          cache_read_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 52, ephemeral_1h_input_tokens: 600 },
        },
      },
    })
    expect(first.at(-1)).toMatchObject({
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 10,
        outputTokenCount: 1,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokenCount: 652,
      },
    })
    expect(second.at(-1)).toMatchObject({
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 10,
        outputTokenCount: 1,
        cacheReadInputTokenCount: 652,
        cacheWriteInputTokenCount: 0,
      },
    })
  })

  it('is counted by Converse and its stream in their own words, what was written with its life', async () => {
    const door = await open(setUp().handle)
    const first = await post(door.ask, `${runtime}/converse`, converseBody)
    const second = await post(door.ask, `${runtime}/converse`, converseBody)
    const third = payloads(await post(door.ask, `${runtime}/converse-stream`, converseBody)).at(-1)
    await door.close()
    expect(usageText(first)).toBe(
      '{"cacheDetails":[{"inputTokens":600,"ttl":"1h"},{"inputTokens":52,"ttl":"5m"}],"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":652,"cacheWriteInputTokens":652,"inputTokens":10,"outputTokens":1,"serverToolUsage":{},"totalTokens":663}',
    )
    expect(usageText(second)).toBe(readConverse)
    expect(JSON.stringify(third?.['usage'])).toBe(readConverse)
  })

  it('is counted by Anthropic’s own route, whole and streamed, and shared with the other wires', async () => {
    const door = await open(setUp().handle)
    const first = await post(door.ask, '/anthropic/v1/messages', messagesBody({ model: 'us.anthropic.claude-opus-5' }))
    const second = await post(
      door.ask,
      '/mantle/anthropic/v1/messages',
      messagesBody({ model: 'anthropic.claude-opus-5' }),
    )
    const third = await door.ask({
      method: 'POST',
      path: '/v1/messages',
      headers: { 'x-api-key': 'any' },
      body: messagesBody({ model: 'claude-opus-5', stream: true }),
    })
    const fourth = await post(door.ask, `${runtime}/converse`, converseBody)
    await door.close()
    expect([usageText(first), usageText(second)]).toEqual([written, read])
    expect(third.text).toContain(
      '"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":652,',
    )
    expect(usageText(fourth)).toBe(readConverse)
  })

  it('lives by the clock of the endpoint, five minutes or an hour', async () => {
    const { handle, advance } = setUp()
    const door = await open(handle)
    const usages: unknown[] = [usageText(await post(door.ask, `${runtime}/invoke`, messagesBody()))]
    for (const minutes of [5, 60]) {
      advance(minutes * 60_000)
      usages.push(usageText(await post(door.ask, `${runtime}/invoke`, messagesBody())))
    }
    await door.close()
    expect(usages).toEqual([
      written,
      '{"input_tokens":10,"cache_creation_input_tokens":52,"cache_read_input_tokens":600,"cache_creation":{"ephemeral_5m_input_tokens":52,"ephemeral_1h_input_tokens":0},"output_tokens":1,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}',
      written,
    ])
  })

  it('belongs to the Region that the call was signed for', async () => {
    const door = await open(setUp().handle)
    await post(door.ask, `${runtime}/invoke`, messagesBody())
    const other = await post(door.ask, `${runtime}/invoke`, messagesBody(), 'us-west-2')
    await door.close()
    expect(usageText(other)).toBe(written)
  })

  it('is refused with five breakpoints, and when the longer life comes later', async () => {
    const door = await open(setUp().handle)
    const block = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }
    const five = [block, block, block, block, block]
    const many = await post(
      door.ask,
      `${runtime}/invoke`,
      messagesBody({ system: 'x', messages: [{ role: 'user', content: five }] }),
    )
    const late = await post(
      door.ask,
      `${runtime}/converse`,
      JSON.stringify({
        system: [{ text: 'x' }, { cachePoint: { type: 'default' } }],
        messages: [{ role: 'user', content: [{ text: 'x' }, { cachePoint: { type: 'default', ttl: '1h' } }] }],
      }),
    )
    await door.close()
    expect([many.status, many.text]).toEqual([
      400,
      '{"message":"A maximum of 4 blocks with cache_control may be provided. Found 5."}',
    ])
    expect(late.status).toBe(400)
    expect(late.text).toContain("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")
  })
})

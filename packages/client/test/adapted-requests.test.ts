import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BedrockOptions, createBedrockFetch } from '../src/transport.ts'

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1' })
})
afterAll(() => outcrop.close())

async function ask(options: BedrockOptions, body: object, headers: Record<string, string> = {}) {
  const warnings: string[] = []
  const fetch = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: 'a-secret-of-this-test-alone',
    onWarning: (warning) => void warnings.push(warning),
    maxRetries: 0,
    ...options,
  })
  const response = await fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ max_tokens: 2048, messages: [{ role: 'user', content: 'Say hello' }], ...body }),
  })
  return { status: response.status, answer: (await response.json()) as Record<string, unknown>, warnings }
}

const tool = { name: 'find', input_schema: { type: 'object', additionalProperties: false } }
const mark = { type: 'ephemeral', scope: 'global' }

// Each of these is refused by the endpoint in `aws` fidelity when it is sent as it is.
const requests = [
  ['claude-opus-4-8', { temperature: 0.2, thinking: { type: 'enabled', budget_tokens: 1024 } }],
  ['claude-sonnet-4-5', { temperature: 0.2, top_p: 0.9, output_config: { effort: 'low' } }],
  ['claude-opus-5', { tools: [{ ...tool, strict: true }], context_management: { edits: [] } }],
  ['claude-opus-4-6', { tools: [{ ...tool, defer_loading: true, eager_input_streaming: true }], chat_id: 'x' }],
  ['claude-opus-5-5', { thinking: { type: 'disabled' }, speed: 'fast', fallbacks: [] }],
  ['claude-opus-4-8', { system: [{ type: 'text', text: 'Be brief', cache_control: mark }] }],
  ['claude-opus-4-8', { metadata: { user_id: '{"device_id":"a","session":"b"}' }, temperature: 0 }],
] as const

describe.each(['invoke', 'runtime-messages', 'mantle', 'converse'] as const)('on %s', (wire) => {
  it.each(requests)('%s answers what it would refuse: %j', async (model, body) => {
    const betas = {
      'anthropic-beta': 'oauth-2025-04-20,interleaved-thinking-2025-05-14',
      'anthropic-version': '2026-10-21',
    }
    // Mantle has the older models without a version in their ids, and some not at all.
    if (wire === 'mantle' && !['claude-opus-4-8', 'claude-opus-5'].includes(model)) return
    const adapted = await ask({ wire }, { model, ...body }, betas)
    expect([adapted.status, adapted.answer['error']]).toEqual([200, undefined])
    expect(adapted.warnings).toContain(
      'anthropic_beta oauth-2025-04-20 was left out: what it switches on stays off (invalid beta flag)',
    )
  })

  it('refuses before the network what no answer could do without', async () => {
    const sent = outcrop.calls.length
    const refused = await ask(
      { wire },
      { model: 'claude-opus-4-8', tools: [{ type: 'web_search_20250305', name: 'w' }] },
    )
    expect(refused).toMatchObject({
      status: 400,
      answer: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message:
            "tool type 'web_search_20250305' is not supported. Bedrock runs no server tools: offer a tool of your own, and run it yourself.",
        },
      },
    })
    expect(outcrop.calls).toHaveLength(sent)
  })
})

it('never sends a prompt to mantle under a residency, neither to be answered nor to be counted', async () => {
  const paths = (): readonly string[] => outcrop.calls.map(({ path }) => path).filter((path) => path.includes('mantle'))
  const before = paths().length
  expect((await ask({ wire: 'auto', residency: 'us' }, { model: 'claude-opus-5' })).status).toBe(200)
  expect((await ask({ wire: 'mantle', residency: 'us' }, { model: 'claude-opus-5' })).status).toBe(400)
  const count = await createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    skipAuth: true,
    residency: 'us',
    onWarning: () => {},
  })('https://api.anthropic.com/v1/messages/count_tokens', {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-opus-5', messages: [{ role: 'user', content: 'hi' }] }),
  })
  expect(await count.json()).toMatchObject({ estimated: true })
  expect(paths()).toHaveLength(before)
  expect((await ask({ wire: 'mantle' }, { model: 'claude-opus-5' })).status).toBe(200)
  expect(paths()).toHaveLength(before + 1)
})

it('refuses a request of 21 MB before the network, and names its largest block', async () => {
  const sent = outcrop.calls.length
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'a'.repeat(22_020_096) }] }]
  const refused = await ask({}, { model: 'claude-opus-4-8', messages })
  expect(refused.status).toBe(413)
  expect(refused.answer).toMatchObject({
    error: {
      type: 'request_too_large',
      message: expect.stringMatching(
        /^The request has 21 MB \(22,020,\d{3} bytes\), and Bedrock's runtime takes 20 MB \(20,971,520 bytes\)\. The largest blocks are messages\.0\.content\.0 \(text, 21 MB\)\. Send fewer or smaller ones\.$/,
      ) as unknown,
    },
  })
  expect(outcrop.calls).toHaveLength(sent)
})

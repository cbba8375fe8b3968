import type { Message } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGateway } from '../src/gateway.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { type Ask, doors, type TestAnswer } from './support/doors.ts'

const now = Date.now
const handle = createGateway({
  gatekeeper: createGatekeeper({ mode: 'open', credentials: [], region: 'us-east-1', account: '123456789012', now }),
  backend: createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now }),
  fidelity: 'guide',
  log: { info: () => {}, warn: () => {}, error: () => {} },
  now,
  random: () => 0.05,
  newRequestId: () => crypto.randomUUID(),
  isReady: () => true,
})
const opus = '/model/us.anthropic.claude-opus-4-6-v1'
const thinking = { type: 'enabled', budget_tokens: 1024 }
const post = (ask: Ask, path: string, body: object): Promise<TestAnswer> =>
  ask({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const messages = (...turns: readonly unknown[]) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 4000,
  thinking,
  messages: [{ role: 'user', content: 'Think.' }, ...turns],
})
const again = { role: 'user', content: 'Again.' }
const forged = {
  role: 'assistant',
  content: [
    { type: 'thinking', thinking: 'I never thought this.', signature: 'AAAA' },
    { type: 'text', text: 'Hm.' },
  ],
}
const converse = (...turns: readonly unknown[]) => ({
  inferenceConfig: { maxTokens: 4000 },
  additionalModelRequestFields: { thinking },
  messages: [{ role: 'user', content: [{ text: 'Think.' }] }, ...turns],
})
const reasoning = (signature?: string) => ({
  role: 'assistant',
  content: [{ reasoningContent: { reasoningText: { text: 'Never.', ...(signature && { signature }) } } }],
})
const text = 'messages.1.content.0: Invalid `signature` in `thinking` block'

describe.each(doors)('thinking that comes back %s', (_, open) => {
  it('is taken as it left, on both wires and from one to the other', async () => {
    const door = await open(handle)
    const first = await post(door.ask, `${opus}/invoke`, messages())
    const { content } = JSON.parse(first.text) as Message
    const second = await post(door.ask, `${opus}/invoke`, messages({ role: 'assistant', content }, again))
    const third = await post(door.ask, `${opus}/converse`, converse())
    const { output } = JSON.parse(third.text) as { output: { message: { content: unknown } } }
    const fourth = await post(
      door.ask,
      `${opus}/converse`,
      converse(output.message, { role: 'user', content: [{ text: 'Again.' }] }),
    )
    await door.close()
    expect(content[0]?.type).toBe('thinking')
    expect(JSON.stringify(output)).toContain('"reasoningText":{"signature":')
    expect([first.status, second.status, third.status, fourth.status]).toEqual([200, 200, 200, 200])
  })

  it('is refused when it was forged, in the words of each wire', async () => {
    const door = await open(handle)
    const whole = await post(door.ask, `${opus}/invoke`, messages(forged, again))
    const streamed = await post(door.ask, `${opus}/invoke-with-response-stream`, messages(forged, again))
    const last = { role: 'user', content: [{ text: 'Again.' }] }
    const conversed = await post(door.ask, `${opus}/converse`, converse(reasoning('AAAA'), last))
    const unsigned = await post(door.ask, `${opus}/converse`, converse(reasoning(), last))
    const named = await post(door.ask, '/anthropic/v1/messages', {
      ...messages(forged, again),
      model: 'us.anthropic.claude-opus-4-6-v1',
    })
    await door.close()
    expect([whole.status, streamed.status, conversed.status, unsigned.status, named.status]).toEqual([
      400, 400, 400, 400, 400,
    ])
    expect(JSON.parse(whole.text)).toEqual({ message: text })
    expect(JSON.parse(streamed.text)).toEqual({ message: text })
    expect(JSON.parse(conversed.text)).toEqual({ message: `The model returned the following errors: ${text}` })
    expect(JSON.parse(unsigned.text)).toEqual({
      message: 'The model returned the following errors: messages.1.content.0.thinking.signature: Field required',
    })
    expect(JSON.parse(named.text)).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: text },
    })
  })
})

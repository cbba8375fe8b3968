import { createFrameDecoder, type Message } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { type Ask, doors, type TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const now = Date.now
const handle = createTestGateway({
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

const redacts =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB'
const refuses =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86'

const invokeOf = (text: string, ...turns: readonly unknown[]) => ({
  ...messages(...turns),
  messages: [{ role: 'user', content: text }, ...turns],
})
const converseOf = (text: string, ...turns: readonly unknown[]) => ({
  ...converse(),
  messages: [{ role: 'user', content: [{ text }] }, ...turns],
})
const namedOf = (text: string, stream: boolean, ...turns: readonly unknown[]) => {
  const { anthropic_version: _, ...body } = invokeOf(text, ...turns)
  return { ...body, model: 'claude-opus-4-6', stream }
}
/** The JSON of every frame of a stream, the model's own event where there is a chunk around it. */
const framesOf = ({ body }: TestAnswer): readonly Record<string, unknown>[] =>
  createFrameDecoder()
    .push(body)
    .map(({ payload }) => {
      const event = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>
      const { bytes } = event
      return typeof bytes === 'string'
        ? (JSON.parse(Buffer.from(bytes, 'base64').toString()) as Record<string, unknown>)
        : event
    })

describe.each(doors)('thinking that nobody may read %s', (_, open) => {
  it('is sealed on every wire, whole and streamed, and taken back on every other', async () => {
    const door = await open(handle)
    const whole = await post(door.ask, `${opus}/invoke`, invokeOf(redacts))
    const streamed = await post(door.ask, `${opus}/invoke-with-response-stream`, invokeOf(redacts))
    const conversed = await post(door.ask, `${opus}/converse`, converseOf(redacts))
    const converseStream = await post(door.ask, `${opus}/converse-stream`, converseOf(redacts))
    const named = await post(door.ask, '/v1/messages', namedOf(redacts, false))
    const events = await post(door.ask, '/v1/messages', namedOf(redacts, true))
    const { content } = JSON.parse(whole.text) as Message
    const [block] = content
    if (block?.type !== 'redacted_thinking') throw new Error(`expected a sealed thought, got ${whole.text}`)
    expect(content.map(({ type }) => type)).toEqual(['redacted_thinking', 'text'])
    expect(JSON.parse(named.text)).toMatchObject({ content: [block, { type: 'text' }] })
    const start = { type: 'content_block_start', index: 0, content_block: block }
    expect(framesOf(streamed)[1]).toEqual(start)
    expect(events.text).toContain(
      `event: content_block_start\ndata: ${JSON.stringify(start)}\n\nevent: content_block_stop\n`,
    )
    const { output } = JSON.parse(conversed.text) as {
      output: { message: { content: Array<{ reasoningContent?: { redactedContent: string } }> } }
    }
    const redactedContent = output.message.content[0]?.reasoningContent?.redactedContent ?? ''
    expect(framesOf(converseStream)[1]).toMatchObject({
      contentBlockIndex: 0,
      delta: { reasoningContent: { redactedContent } },
    })
    // In Converse a blob: the bytes of Messages' text, in base64 once more.
    const data = Buffer.from(redactedContent, 'base64').toString()
    const unwrapped = {
      role: 'assistant',
      content: [
        { type: 'redacted_thinking', data },
        { type: 'text', text: 'Hm.' },
      ],
    }
    const out = await post(door.ask, `${opus}/invoke`, messages(unwrapped, again))
    const back = await post(door.ask, `${opus}/invoke`, invokeOf(redacts, { role: 'assistant', content }, again))
    const last = { role: 'user', content: [{ text: 'Again.' }] }
    const across = await post(door.ask, `${opus}/converse`, converseOf(redacts, output.message, last))
    await door.close()
    expect([back.status, across.status, out.status]).toEqual([200, 200, 200])
  })

  it('is refused when it was altered, in the words of each wire', async () => {
    const door = await open(handle)
    const data = `A${Buffer.from('nothing that was sealed here').toString('base64')}`
    const altered = {
      role: 'assistant',
      content: [
        { type: 'redacted_thinking', data },
        { type: 'text', text: 'Hm.' },
      ],
    }
    const redactedContent = Buffer.from(data).toString('base64')
    const blob = { role: 'assistant', content: [{ reasoningContent: { redactedContent } }, { text: 'Hm.' }] }
    const invoked = await post(door.ask, `${opus}/invoke`, messages(altered, again))
    const last = { role: 'user', content: [{ text: 'Again.' }] }
    const conversed = await post(door.ask, `${opus}/converse-stream`, converse(blob, last))
    const named = await post(door.ask, '/v1/messages', namedOf('Think.', true, altered, again))
    await door.close()
    const words = 'messages.1.content.0: Invalid `data` in `redacted_thinking` block'
    expect([invoked.status, JSON.parse(invoked.text)]).toEqual([400, { message: words }])
    expect(JSON.parse(conversed.text)).toEqual({ message: `The model returned the following errors: ${words}` })
    expect(JSON.parse(named.text)).toMatchObject({ error: { type: 'invalid_request_error', message: words } })
  })
})

describe.each(doors)('a refusal %s', (_, open) => {
  it('comes where Anthropic’s test string is in the conversation, until that turn is gone', async () => {
    const door = await open(handle)
    const first = await post(door.ask, `${opus}/invoke`, invokeOf(`Please: ${refuses}`))
    const later = [{ role: 'assistant', content: 'No.' }, again]
    const second = await post(door.ask, `${opus}/invoke`, invokeOf(refuses, ...later))
    const conversed = await post(door.ask, `${opus}/converse`, converseOf(refuses))
    const streamed = await post(door.ask, `${opus}/converse-stream`, converseOf(refuses))
    const events = await post(door.ask, '/v1/messages', namedOf(refuses, true))
    const reset = await post(door.ask, `${opus}/invoke`, invokeOf('Fine.'))
    await door.close()
    expect(JSON.parse(first.text)).toMatchObject({ content: [], stop_reason: 'refusal', stop_sequence: null })
    expect(JSON.parse(second.text)).toMatchObject({ stop_reason: 'refusal' })
    expect(JSON.parse(conversed.text)).toMatchObject({
      output: { message: { content: [], role: 'assistant' } },
      stopReason: 'content_filtered',
    })
    expect(framesOf(streamed)[1]).toMatchObject({ stopReason: 'content_filtered' })
    expect(events.text).toContain('"delta":{"stop_reason":"refusal","stop_sequence":null}')
    expect(JSON.parse(reset.text)).toMatchObject({ stop_reason: 'end_turn' })
  })

  it('says why on the models that do, and none comes from models before Claude 4', async () => {
    const door = await open(handle)
    const newer = { ...namedOf(refuses, false), model: 'claude-opus-4-8', thinking: { type: 'adaptive' } }
    const told = await post(door.ask, '/v1/messages', newer)
    const { thinking: _thinking, ...older } = { ...namedOf(refuses, false), model: 'claude-3-haiku-20240307' }
    const answered = await post(door.ask, '/v1/messages', older)
    await door.close()
    expect(JSON.parse(told.text)).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: null },
    })
    expect(JSON.parse(answered.text)).toMatchObject({ stop_reason: 'end_turn' })
  })
})

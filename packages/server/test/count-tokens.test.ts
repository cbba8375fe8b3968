import type { Fidelity } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { makePdf } from '../src/backends/simulator/media/pdf.fixture.ts'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { doors } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const base = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0'
const unsupported = `{"message":"The provided model doesn't support counting tokens."}`

function setUp(fidelity: Fidelity = 'guide') {
  const now = Date.now
  return createTestGateway({
    gatekeeper: createGatekeeper({ mode: 'open', credentials: [], region: 'us-west-2', account: '123456789012', now }),
    backend: createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now }),
    fidelity,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
  })
}

const pdf = Buffer.from(makePdf(['Ice is slow water.', 'Stone is slow ice.', 'All is slow.'])).toString('base64')
const ask = (content: unknown, fields: object = {}): object => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 64,
  messages: [{ role: 'user', content }],
  ...fields,
})
const asBody = (value: object): string =>
  JSON.stringify({ input: { invokeModel: { body: Buffer.from(JSON.stringify(value)).toString('base64') } } })
const asConverse = (converse: object): string => JSON.stringify({ input: { converse } })
const says = (content: readonly object[]): object => ({ messages: [{ role: 'user', content }] })
const tool = { name: 'weather', description: 'Tells the weather', input_schema: { type: 'object' } }
const document = (citations: boolean): object => ({
  document: { name: 'notes', format: 'pdf', source: { bytes: pdf }, citations: { enabled: citations } },
})

describe.each(doors)('CountTokens asked %s', (_, open) => {
  it('answers the one measured count', async () => {
    const door = await open(setUp('aws'))
    const answer = await door.ask({ method: 'POST', path: `${base}/count-tokens`, body: asBody(ask('hello, world')) })
    await door.close()
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('{"inputTokens":10}')
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-outcrop-simulated': 'true' })
  })

  it.each([
    ['a text', ask('Say hi')],
    ['a system prompt and tools', ask('Say hi', { system: 'Be brief', tools: [tool] })],
    ['a document', ask([{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } }])],
  ])('counts the body of InvokeModel with %s as InvokeModel charges it', async (_name, request) => {
    const door = await open(setUp())
    const counted = await door.ask({ method: 'POST', path: `${base}/count-tokens`, body: asBody(request) })
    const invoked = await door.ask({ method: 'POST', path: `${base}/invoke`, body: JSON.stringify(request) })
    await door.close()
    const { usage } = JSON.parse(invoked.text) as { usage: { input_tokens: number } }
    expect(JSON.parse(counted.text)).toEqual({ inputTokens: usage.input_tokens })
  })

  it.each([
    ['a text', says([{ text: 'Say hi' }])],
    ['a document as text', says([{ text: 'What is slow?' }, document(false)])],
    ['a document as pages', says([{ text: 'What is slow?' }, document(true)])],
    [
      'a tool, a system prompt and fields',
      {
        ...says([{ text: 'Say hi' }]),
        system: [{ text: 'Be brief' }],
        toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }] },
        additionalModelRequestFields: { top_k: 5 },
      },
    ],
  ])('counts the prompt of Converse with %s as Converse charges it', async (_name, request) => {
    const door = await open(setUp())
    const counted = await door.ask({ method: 'POST', path: `${base}/count-tokens`, body: asConverse(request) })
    const conversed = await door.ask({ method: 'POST', path: `${base}/converse`, body: JSON.stringify(request) })
    await door.close()
    const { usage } = JSON.parse(conversed.text) as { usage: { inputTokens: number } }
    expect(JSON.parse(counted.text)).toEqual({ inputTokens: usage.inputTokens })
  })

  it.each(['guide', 'aws'] as const)('refuses profiles and Claude 5 in %s fidelity', async (fidelity) => {
    const door = await open(setUp(fidelity))
    const texts: string[] = []
    for (const id of ['us.anthropic.claude-sonnet-4-5-20250929-v1%3A0', 'anthropic.claude-opus-5']) {
      const answer = await door.ask({ method: 'POST', path: `/model/${id}/count-tokens`, body: asBody(ask('Hi')) })
      expect(answer.status).toBe(400)
      expect(answer.headers['x-amzn-errortype']).toMatch(/^ValidationException:/)
      texts.push(answer.text)
    }
    await door.close()
    expect(texts).toEqual([unsupported, unsupported])
  })

  it.each([
    [
      'neither form',
      '{"input":{}}',
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have exactly one of the members [invokeModel, converse]",
    ],
    [
      'both forms',
      JSON.stringify({ input: { invokeModel: { body: 'e30=' }, converse: says([{ text: 'Hi' }]) } }),
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have exactly one of the members [invokeModel, converse]",
    ],
    [
      'no input',
      '{}',
      "1 validation error detected: Value null at 'input' failed to satisfy constraint: Member must not be null",
    ],
    ['a body that is no base64', '{"input":{"invokeModel":{"body":"{}"}}}', 'Invalid base64 text'],
    [
      'a body without max_tokens',
      asBody({ anthropic_version: 'bedrock-2023-05-31', messages: [{ role: 'user', content: 'Hi' }] }),
      'Malformed input request: #: required key [max_tokens] not found, please reformat your input and try again.',
    ],
    [
      'a conversation that nobody begins',
      asConverse({}),
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
  ])('refuses %s', async (_name, body, message) => {
    const door = await open(setUp())
    const answer = await door.ask({ method: 'POST', path: `${base}/count-tokens`, body })
    await door.close()
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toEqual({ message })
  })
})

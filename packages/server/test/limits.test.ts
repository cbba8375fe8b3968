import { createFrameDecoder, type Fidelity } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import type { Ask, TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'
import { doors } from './support/doors.ts'

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

const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-west-2/bedrock/aws4_request, SignedHeaders=host, Signature=0',
}
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const opus48 = 'us.anthropic.claude-opus-4-8'
const beta = 'context-1m-2025-08-07'

interface Prompt {
  readonly model: string
  readonly text: string
  readonly maxTokens?: number
  readonly betas?: readonly string[]
}

const messagesBody = ({ text, maxTokens = 16, betas }: Prompt): object => ({
  max_tokens: maxTokens,
  messages: [{ role: 'user', content: text }],
  ...(betas && { anthropic_beta: betas }),
})
const invoke =
  (operation: string) =>
  (ask: Ask, prompt: Prompt): Promise<TestAnswer> =>
    ask({
      method: 'POST',
      path: `/model/${prompt.model}/${operation}`,
      body: JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', ...messagesBody(prompt) }),
    })
const converse =
  (operation: string) =>
  (ask: Ask, { model, text, maxTokens = 16, betas }: Prompt): Promise<TestAnswer> =>
    ask({
      method: 'POST',
      path: `/model/${model}/${operation}`,
      body: JSON.stringify({
        messages: [{ role: 'user', content: [{ text }] }],
        inferenceConfig: { maxTokens },
        ...(betas && { additionalModelRequestFields: { anthropic_beta: betas } }),
      }),
    })
const messages =
  (stream: boolean) =>
  (ask: Ask, prompt: Prompt): Promise<TestAnswer> =>
    ask({
      method: 'POST',
      path: '/anthropic/v1/messages',
      headers: { ...signed, ...(prompt.betas && { 'anthropic-beta': prompt.betas.join(',') }) },
      body: JSON.stringify({ ...messagesBody({ ...prompt, betas: [] }), model: prompt.model, stream }),
    })

const wires = {
  InvokeModel: invoke('invoke'),
  InvokeModelWithResponseStream: invoke('invoke-with-response-stream'),
  Converse: converse('converse'),
  ConverseStream: converse('converse-stream'),
  Messages: messages(false),
  'streamed Messages': messages(true),
} as const
type Wire = keyof typeof wires

/** What an answer refuses with: its status, and its text wherever the wire has it. */
function refusalOf(answer: TestAnswer): readonly [status: number, where: string, text: string] {
  if (answer.headers['content-type'] === 'application/vnd.amazon.eventstream') {
    const decoder = createFrameDecoder()
    const [frame, ...more] = decoder.push(answer.body)
    decoder.end()
    if (frame === undefined || more.length > 0) throw new Error(`not one frame but ${more.length + 1}`)
    const type = frame.headers.get(':exception-type')?.value
    const { message } = JSON.parse(new TextDecoder().decode(frame.payload)) as { message: string }
    return [answer.status, String(type), message]
  }
  const body = JSON.parse(answer.text) as { message?: string; error?: { type: string; message: string } }
  if (body.error !== undefined) return [answer.status, body.error.type, body.error.message]
  return [answer.status, answer.headers['x-amzn-errortype']?.split(':')[0] ?? '', body.message ?? '']
}

const words = (count: number): string => 'hello '.repeat(count)
/** By a base id: profiles are not counted. */
const tokensOf = async (ask: Ask, text: string, model: string): Promise<number> => {
  const input = { converse: { messages: [{ role: 'user', content: [{ text }] }] } }
  const path = `/model/${model.replace('us.', '')}/count-tokens`
  const answer = await ask({ method: 'POST', path, body: JSON.stringify({ input }) })
  return (JSON.parse(answer.text) as { inputTokens: number }).inputTokens
}

describe.each(doors)('the context window asked %s', (_, open) => {
  const legacy = 'Input is too long for requested model.'
  const prefix = 'The model returned the following errors: '
  const long = words(210_000)
  const older: Readonly<Record<Wire, readonly [number, string, string]>> = {
    InvokeModel: [400, 'ValidationException', legacy],
    InvokeModelWithResponseStream: [200, 'validationException', legacy],
    Converse: [400, 'ValidationException', prefix + legacy],
    ConverseStream: [200, 'validationException', prefix + legacy],
    Messages: [400, 'invalid_request_error', 'prompt is too long: {} tokens > 200000 maximum'],
    'streamed Messages': [400, 'invalid_request_error', 'prompt is too long: {} tokens > 200000 maximum'],
  }
  const newer: Readonly<Record<Wire, readonly [number, string, string]>> = {
    InvokeModel: [400, 'ValidationException', 'prompt is too long: {} tokens > 1000000 maximum'],
    InvokeModelWithResponseStream: [400, 'ValidationException', 'prompt is too long: {} tokens > 1000000 maximum'],
    Converse: [400, 'ValidationException', `${prefix}prompt is too long: {} tokens > 1000000 maximum`],
    ConverseStream: [400, 'ValidationException', `${prefix}prompt is too long: {} tokens > 1000000 maximum`],
    Messages: [400, 'invalid_request_error', 'prompt is too long: {} tokens > 1000000 maximum'],
    'streamed Messages': [400, 'invalid_request_error', 'prompt is too long: {} tokens > 1000000 maximum'],
  }

  it.each(Object.keys(wires) as Wire[])('is 200K for Sonnet 4.5, and 1M with the beta, on %s', async (wire) => {
    const door = await open(setUp())
    const [status, where, text] = older[wire]
    const expected = text.replace('{}', String(await tokensOf(door.ask, long, sonnet45)))
    expect(refusalOf(await wires[wire](door.ask, { model: sonnet45, text: long }))).toEqual([status, where, expected])
    const lifted = await wires[wire](door.ask, { model: sonnet45, text: long, betas: [beta] })
    await door.close()
    expect(lifted.status).toBe(200)
    expect(lifted.text).toMatch(/stop_reason|stopReason|chunk/)
  })

  it.each(Object.keys(wires) as Wire[])('is 1M for Opus 4.8 on %s', async (wire) => {
    const door = await open(setUp())
    const text = words(1_010_000)
    const [status, where, template] = newer[wire]
    const expected = template.replace('{}', String(await tokensOf(door.ask, text, opus48)))
    const refused = refusalOf(await wires[wire](door.ask, { model: opus48, text, betas: [beta] }))
    const answered = await wires[wire](door.ask, { model: opus48, text: long })
    await door.close()
    expect(refused).toEqual([status, where, expected])
    expect(answered.status).toBe(200)
  })
})

describe.each(doors)('a window that the prompt leaves too little of, asked %s', (_, open) => {
  const opus41 = 'us.anthropic.claude-opus-4-1-20250805-v1:0'
  const text = words(199_980)

  it.each(Object.keys(wires) as Wire[])(
    'is refused by Opus 4.1 on %s, with the answer that it might hold',
    async (wire) => {
      const door = await open(setUp())
      const tokens = await tokensOf(door.ask, text, opus41)
      const [status, where, said] = refusalOf(await wires[wire](door.ask, { model: opus41, text, maxTokens: 1000 }))
      await door.close()
      expect([status, where]).toEqual([
        400,
        wire.includes('Messages') ? 'invalid_request_error' : 'ValidationException',
      ])
      expect(said).toBe(
        `${wire.startsWith('Converse') ? 'The model returned the following errors: ' : ''}input length and \`max_tokens\` exceed context limit: ${tokens} + 1000 > 200000, decrease input length or \`max_tokens\` and try again`,
      )
    },
  )

  it.each([
    ['InvokeModel', '"stop_reason":"model_context_window_exceeded"'],
    ['Converse', '"stopReason":"model_context_window_exceeded"'],
    ['ConverseStream', '"stopReason":"model_context_window_exceeded"'],
    ['Messages', '"stop_reason":"model_context_window_exceeded"'],
    ['streamed Messages', '"stop_reason":"model_context_window_exceeded"'],
  ] as const)('ends the answer of Sonnet 4.5 on %s', async (wire, reason) => {
    const door = await open(setUp())
    const tokens = await tokensOf(door.ask, text, sonnet45)
    const answer = await wires[wire](door.ask, { model: sonnet45, text, maxTokens: 1000 })
    await door.close()
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(reason)
    expect(answer.text).toMatch(new RegExp(`"(?:output_tokens|outputTokens)":${200_000 - tokens}\\b`))
  })
})

const onConverse = (limit: number): string =>
  `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`

describe.each(doors)('max_tokens over the limit asked %s', (_, open) => {
  const newer = 'max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-8'
  const onInvoke = 'The maximum tokens you requested exceeds the model limit of 64000'
  const onMessages =
    'max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5-20250929'

  it.each([
    ['InvokeModel', 'ValidationException', onInvoke, newer],
    ['InvokeModelWithResponseStream', 'ValidationException', onInvoke, newer],
    ['Converse', 'ValidationException', onConverse(64_000), onConverse(128_000)],
    ['ConverseStream', 'ValidationException', onConverse(64_000), onConverse(128_000)],
    ['Messages', 'invalid_request_error', onMessages, newer],
    ['streamed Messages', 'invalid_request_error', onMessages, newer],
  ] as const)('is refused on %s in the words of the generation', async (wire, where, older, later) => {
    const door = await open(setUp())
    const ask = async (model: string) =>
      refusalOf(await wires[wire](door.ask, { model, text: 'Hi', maxTokens: 200_000 }))
    const refusals = [await ask(sonnet45), await ask(opus48)]
    const atLimit = await wires[wire](door.ask, { model: sonnet45, text: 'Hi', maxTokens: 64_000 })
    await door.close()
    expect(refusals).toEqual([
      [400, where, older],
      [400, where, later],
    ])
    expect(atLimit.status).toBe(200)
  })
})

const at =
  (path: string, body: object) =>
  (ask: Ask): Promise<TestAnswer> =>
    ask({ method: 'POST', path, body: JSON.stringify(body) })

describe.each(doors)('the largest request asked %s', (_, open) => {
  const text =
    'Request size 20971521 bytes exceeds the maximum of 20971520 bytes (20 MB) for a request to Amazon Bedrock.'
  const aws = [413, 'RequestEntityTooLargeException', text] as const
  const anthropic = [413, 'request_too_large', text] as const
  const hello = { ...messagesBody({ model: '', text: 'Hi' }), model: 'claude-opus-4-8' }
  const input = { converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] } }

  it.each([
    ['InvokeModel', wires.InvokeModel, aws],
    ['InvokeModelWithResponseStream', wires.InvokeModelWithResponseStream, aws],
    ['Converse', wires.Converse, aws],
    ['ConverseStream', wires.ConverseStream, aws],
    ['CountTokens', at('/model/anthropic.claude-opus-4-8/count-tokens', { input }), aws],
    // [?] WIRE §5.6: on the runtime the front door answers as everywhere else.
    ['Messages on the runtime', wires.Messages, aws],
    [
      'Messages on mantle',
      at('/mantle/anthropic/v1/messages', { ...hello, model: 'anthropic.claude-opus-4-8' }),
      anthropic,
    ],
    ['Messages on plain paths', at('/v1/messages', hello), anthropic],
    ['streamed Messages on plain paths', at('/v1/messages', { ...hello, stream: true }), anthropic],
  ] as const)('is 20,971,520 bytes for %s: one more is refused', async (_name, send, refusal) => {
    const door = await open(setUp())
    const sized =
      (size: number): Ask =>
      (request) =>
        door.ask({ ...request, body: Buffer.from(String(request.body).padEnd(size)) })
    const prompt: Prompt = { model: opus48, text: 'Hi' }
    const accepted = await send(sized(20_971_520), prompt)
    const refused = await send(sized(20_971_521), prompt)
    await door.close()
    expect(accepted.status).toBe(200)
    expect(refusalOf(refused)).toEqual(refusal)
  })
})

import type { JsonObject } from '@outcrop/protocol'
import { startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createBedrockFetch, prepare } from '../src/transport.ts'

const outcrop = await startOutcrop({ fidelity: 'aws' })
afterAll(() => outcrop.close())

const warnings: string[] = []
beforeEach(() => {
  outcrop.reset()
  warnings.length = 0
})

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
}
const output_config = { format: { type: 'json_schema', schema } }
const weather = { name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }

type Options = NonNullable<Parameters<typeof createBedrockFetch>[0]>

async function send(body: JsonObject, options: Options = {}): Promise<Response> {
  const fetch = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    awsAccessKey: 'outcrop',
    awsSecretKey: 'outcrop',
    onWarning: (warning) => warnings.push(warning),
    ...options,
  })
  return fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    body: JSON.stringify({ max_tokens: 300, messages: [{ role: 'user', content: 'How long in Paris?' }], ...body }),
  })
}

/** The answer of a whole call, and how it was come by. */
async function ask(body: JsonObject, options?: Options) {
  const response = await send(body, options)
  const message = (await response.json()) as JsonObject & {
    readonly content?: ReadonlyArray<{ readonly text?: string }>
    readonly usage?: { readonly output_tokens: number }
  }
  return { response, message, text: message.content?.[0]?.text ?? '', way: wayOf(response) }
}

function wayOf({ headers }: Response): string | null {
  return headers.get('x-outcrop-structured-output')
}

async function readEvents(response: Response): Promise<readonly JsonObject[]> {
  const body = await response.text()
  return [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as JsonObject)
}

describe('structured output', () => {
  it.each(['invoke', 'converse', 'runtime-messages', 'mantle'] as const)(
    'is got by a forced tool from a model that refuses it, on %s',
    async (wire) => {
      const model = wire === 'mantle' ? 'claude-opus-4-8' : 'claude-opus-5'
      const { response, message, text, way } = await ask({ model, output_config }, { wire })
      expect(response.status).toBe(200)
      expect(JSON.parse(text)).toEqual({ city: expect.any(String) as string, days: expect.any(Number) as number })
      expect(message).toMatchObject({ content: [{ type: 'text' }], stop_reason: 'end_turn' })
      expect(way).toBe('tool')
      const warning = `${model} refuses output_config.format: it answers by a tool that is forced on it, without thinking`
      expect(response.headers.get('x-outcrop-warning')).toContain(warning)
      expect(warnings).toContain(warning)
    },
  )

  it.each(['invoke', 'converse'] as const)('is native where the model takes it, on %s', async (wire) => {
    const { text, way } = await ask({ model: 'claude-opus-4-6', output_config }, { wire })
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['city', 'days'])
    expect(way).toBe('native')
    expect(warnings).toEqual([])
  })

  it('is in the prompt of a model that may not be forced, and found in what that says', async () => {
    outcrop.script({
      match: { system: /"additionalProperties":false/ },
      reply: { text: 'Of course:\n```json\n{"city": "Paris", "days": 3}\n```' },
    })
    const { text, way } = await ask({ model: 'claude-fable-5-1', system: 'Be brief.', output_config })
    expect(text).toBe('{"city": "Paris", "days": 3}')
    expect(way).toBe('prompt')
  })

  it('is asked for once more where the answer is wrong, and counts what both answers took', async () => {
    outcrop.script({
      replies: [
        { text: 'Three days.', usage: { inputTokens: 10, outputTokens: 4 } },
        { text: '{"city": "Paris", "days": 3}', usage: { inputTokens: 30, outputTokens: 9 } },
      ],
    })
    const { message, text, way } = await ask({ model: 'claude-fable-5', output_config })
    expect(text).toBe('{"city": "Paris", "days": 3}')
    expect(way).toBe('prompt-repaired')
    expect(message.usage).toMatchObject({ input_tokens: 40, output_tokens: 13 })
    expect(outcrop.calls).toHaveLength(2)
  })

  it('is asked for once more where a tool was called wrongly, with a result that says so', async () => {
    const wrong = { toolCalls: [{ name: 'give_answer', input: { city: 'Paris' } }] }
    outcrop.script(
      { match: { turn: 1 }, reply: wrong },
      {
        match: { toolResult: { tool: 'give_answer', text: 'must have the member "days"', failed: true } },
        reply: { toolCalls: [{ name: 'give_answer', input: { city: 'Paris', days: 3 } }] },
      },
    )
    const { text, way } = await ask({ model: 'claude-opus-5', output_config })
    expect(text).toBe('{"city":"Paris","days":3}')
    expect(way).toBe('tool-repaired')
  })

  it('fails in Anthropic’s envelope when the answer is wrong twice', async () => {
    outcrop.script({ reply: { text: '{"city": "Paris", "days": "three"}' } })
    const { response, message, way } = await ask({ model: 'claude-fable-5', output_config })
    expect(response.status).toBe(422)
    expect(message).toMatchObject({
      type: 'error',
      error: {
        type: 'api_error',
        message: expect.stringMatching(
          /^The answer does not fit its JSON Schema:\n- \/days must be an integer, and is "three"\nWhat came: {"city": "Paris", "days": "three"}\n/,
        ) as string,
      },
      request_id: response.headers.get('request-id'),
    })
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(way).toBeNull()
    expect(outcrop.calls).toHaveLength(2)
  })

  it('gives a failure of the second call as it is', async () => {
    outcrop.script({ replies: [{ text: 'Three days.' }, { fault: 'validation' }] })
    const { response } = await ask({ model: 'claude-fable-5', output_config })
    expect(response.status).toBe(400)
  })

  it('leaves the tools of the caller to the model', async () => {
    outcrop.script({
      match: { tools: ['get_weather', 'give_answer'] },
      reply: { text: 'Let me look.', toolCalls: [{ name: 'get_weather', input: { city: 'Paris' } }] },
    })
    const { message } = await ask({ model: 'claude-opus-5', output_config, tools: [weather] })
    expect(message).toMatchObject({
      content: [{ type: 'tool_use', name: 'get_weather', input: { city: 'Paris' } }],
      stop_reason: 'tool_use',
    })
  })

  it('is what an endpoint refuses although the table passes it', async () => {
    outcrop.script({
      match: { call: 1 },
      fault: { kind: 'validation', message: 'output_config.format: Extra inputs are not permitted' },
    })
    const { text, way } = await ask({ model: 'claude-haiku-5-5', output_config })
    expect(outcrop.calls.map(({ status }) => status)).toEqual([400, 200])
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['city', 'days'])
    expect(way).toBe('tool')
  })

  it('is got the same way where nothing may be left out, because nothing is', async () => {
    const { text, way } = await ask({ model: 'claude-opus-5', output_config }, { capabilities: 'error' })
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['city', 'days'])
    expect(way).toBe('tool')
  })

  it('is sent as it is where everything is to be sent', async () => {
    const { response } = await ask({ model: 'claude-opus-5', output_config }, { capabilities: 'send' })
    expect(response.status).toBe(400)
    expect(outcrop.calls).toHaveLength(1)
  })
})

describe('a request that is prepared for somebody else', () => {
  it('says that nobody will make up for a format that the model refuses', async () => {
    const prepared = await prepare(
      {
        method: 'POST',
        url: '/v1/messages',
        body: { model: 'claude-opus-5', max_tokens: 9, messages: [], output_config },
      },
      { awsRegion: 'us-east-1', now: Date.parse('2026-11-25T00:00:00Z') },
    )
    expect(prepared).toMatchObject({
      kind: 'prepared',
      warnings: [
        'The model refuses output_config.format: createBedrockFetch gets it by a tool or by the prompt, prepare does not.',
      ],
    })
  })
})

describe('a stream of structured output', () => {
  it.each(['invoke', 'converse', 'runtime-messages'] as const)('is text as it comes, on %s', async (wire) => {
    outcrop.script({ reply: { toolCalls: [{ name: 'give_answer', input: { city: 'Paris', days: 3 } }] } })
    const response = await send({ model: 'claude-opus-5', stream: true, output_config }, { wire })
    expect(wayOf(response)).toBe('tool')
    const events = await readEvents(response)
    const deltas = events.filter(({ type }) => type === 'content_block_delta')
    expect(deltas.map(({ delta }) => (delta as JsonObject)['type'])).toEqual(deltas.map(() => 'text_delta'))
    expect(JSON.parse(deltas.map(({ delta }) => (delta as { text: string }).text).join(''))).toEqual({
      city: 'Paris',
      days: 3,
    })
    expect(events.find(({ type }) => type === 'message_delta')).toMatchObject({ delta: { stop_reason: 'end_turn' } })
    expect(events.at(-1)).toMatchObject({ type: 'message_stop' })
  })

  it('comes in one piece from a prompt, also when it was asked for once more', async () => {
    outcrop.script({ replies: [{ text: 'Three days.' }, { text: 'So: {"city": "Paris", "days": 3}' }] })
    const response = await send({ model: 'claude-fable-5', stream: true, output_config })
    expect(wayOf(response)).toBe('prompt')
    const events = await readEvents(response)
    expect(events.filter(({ type }) => type === 'message_start')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'content_block_delta')).toEqual([
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: '{"city": "Paris", "days": 3}' },
      },
    ])
    expect(outcrop.calls).toHaveLength(2)
  })

  it('ends in an error event when it is wrong', async () => {
    outcrop.script({ reply: { toolCalls: [{ name: 'give_answer', input: { city: 'Paris' } }] } })
    const events = await readEvents(await send({ model: 'claude-opus-5', stream: true, output_config }))
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { type: 'api_error', message: expect.stringContaining('must have the member "days"') as string },
    })
  })
})

describe('strict tools', () => {
  const tools = [{ name: 'go', strict: true, input_schema: schema }]

  it('are checked here where the model refuses the word', async () => {
    outcrop.script({
      replies: [
        { toolCalls: [{ name: 'go', input: { city: 'Paris' } }] },
        { toolCalls: [{ name: 'go', input: { city: 'Paris', days: 3 } }] },
      ],
    })
    const { message, way } = await ask({ model: 'claude-opus-5', tools })
    expect(message).toMatchObject({ content: [{ type: 'tool_use', input: { city: 'Paris', days: 3 } }] })
    expect(way).toBeNull()
    expect(warnings).toEqual(['claude-opus-5 refuses strict tools: what it calls them with is checked here'])
  })
})

import type { JsonObject } from '@outcrop/protocol'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { imageHeaders } from '../../server/src/backends/simulator/media/image.fixture.ts'
import { makePdf } from '../../server/src/backends/simulator/media/pdf.fixture.ts'
import { type BedrockOptions, createBedrockFetch } from '../src/transport.ts'
import { type AnsweredMessage, assembleMessage, eventsOf } from './assemble-message.fixture.ts'

const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'a-secret-of-this-test-alone' }
let outcrop: Outcrop
beforeAll(async () => {
  const credentials = [{ user: 'dev', accessKeyId: keys.awsAccessKey, secretAccessKey: keys.awsSecretKey }]
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1', auth: { mode: 'strict', credentials } })
})
afterEach(() => outcrop.reset())
afterAll(() => outcrop.close())

async function ask(body: JsonObject, options: BedrockOptions = {}): Promise<Response> {
  const fetch = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    wire: 'converse',
    maxRetries: 0,
    onWarning: () => undefined,
    ...keys,
    ...options,
  })
  return fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 4096, ...body }),
  })
}

/** The Message of an answer, whole or put together from its events. */
async function messageOf(response: Response): Promise<AnsweredMessage> {
  expect([response.status, response.ok ? '' : await response.clone().text()]).toEqual([200, ''])
  const isWhole = response.headers.get('content-type') === 'application/json'
  return isWhole ? ((await response.json()) as AnsweredMessage) : assembleMessage(await eventsOf(response))
}

const askAbout = (stream: boolean, ...content: readonly JsonObject[]): Promise<Response> =>
  ask({ stream, messages: [{ role: 'user', content: [...content, { type: 'text', text: 'What is old?' }] }] })

const find = { name: 'find', description: 'Finds a stone.', input_schema: { type: 'object', properties: {} } }
const question = { role: 'user', content: 'Which stone is it?' }
const resultFor = (message: AnsweredMessage): JsonObject => ({
  role: 'user',
  content: [
    {
      type: 'tool_result',
      tool_use_id: message.content.find(({ type }) => type === 'tool_use')?.['id'] ?? '',
      content: 'Serizzo',
    },
  ],
})
const sent = (at = -1): JsonObject => outcrop.calls.at(at)?.request as JsonObject

describe.each([
  ['whole', false],
  ['streamed', true],
])('an answer of Converse that comes %s', (_, stream) => {
  it('calls tools, and goes on with what they found', async () => {
    outcrop.script({
      replies: [{ text: 'Let me look.', toolCalls: [{ name: 'find', input: { depth: 2 } }] }, { text: 'Serizzo.' }],
    })
    const body = { tools: [find], tool_choice: { type: 'any' }, stream }
    const first = await messageOf(await ask({ ...body, messages: [question] }))
    expect(first).toMatchObject({
      content: [
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', name: 'find', input: { depth: 2 } },
      ],
      stop_reason: 'tool_use',
    })
    expect(sent()).toMatchObject({ toolConfig: { tools: [{ toolSpec: { name: 'find' } }], toolChoice: { any: {} } } })
    const history = [question, { role: 'assistant', content: first.content }, resultFor(first)]
    const second = await messageOf(await ask({ ...body, messages: history }))
    expect(second).toMatchObject({ content: [{ type: 'text', text: 'Serizzo.' }], stop_reason: 'end_turn' })
  })

  it('thinks, sealed thoughts included, and takes its own signatures back', async () => {
    outcrop.script({
      replies: [
        { thinking: 'Grey, layered.', redactedThinking: 'A secret quarry.', toolCalls: [{ name: 'find', input: {} }] },
        { text: 'Serizzo.' },
      ],
    })
    const body = { tools: [find], thinking: { type: 'enabled', budget_tokens: 1024 }, stream }
    const first = await messageOf(await ask({ ...body, messages: [question] }))
    expect(first.content).toMatchObject([
      { type: 'thinking', thinking: 'Grey, layered.', signature: expect.stringMatching(/^.{20}/) as string },
      { type: 'redacted_thinking', data: expect.stringMatching(/^.{20}/) as string },
      { type: 'tool_use', name: 'find' },
    ])
    const history = [question, { role: 'assistant', content: first.content }, resultFor(first)]
    expect(await messageOf(await ask({ ...body, messages: history }))).toMatchObject({ stop_reason: 'end_turn' })
    // The endpoint looks at what it signed: another thought under the same signature is refused.
    const [thought, ...others] = first.content
    const changed = [question, { role: 'assistant', content: [{ ...thought, thinking: 'Red.' }, ...others] }]
    const refused = await ask({ ...body, messages: [...changed, resultFor(first)] })
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('signature')])
  })

  it('sees images and reads PDFs, as text alone with a warning, with their pages when it is to cite them (M10)', async () => {
    const image = imageHeaders.png(560, 560).toString('base64')
    const data = makePdf(['Chalk is soft.', 'Granite is old.', 'Iron rusts.']).toString('base64')
    const pdf = { type: 'document', title: 'Stones', source: { type: 'base64', media_type: 'application/pdf', data } }
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }
    expect((await messageOf(await askAbout(stream, picture))).usage['input_tokens']).toBeGreaterThan(400)

    const asText = await askAbout(stream, pdf)
    expect(asText.headers.get('x-outcrop-warning')).toContain('reads a PDF without citations as text alone')
    const [read, seen] = [
      await messageOf(asText),
      await messageOf(await askAbout(stream, { ...pdf, citations: { enabled: true } })),
    ]
    expect(Number(seen.usage['input_tokens']) - Number(read.usage['input_tokens'])).toBeGreaterThan(5000)
    expect(seen.content.flatMap((block) => block['citations'] ?? [])).toMatchObject([
      { type: 'page_location', document_index: 0, document_title: 'Stones', start_page_number: 2, end_page_number: 3 },
    ])
  })

  it('counts what was written to the cache and read from it', async () => {
    const text = 'Serizzo is a grey gneiss of the Alps. '.repeat(400)
    const system = [{ type: 'text', text: `${text}${stream}`, cache_control: { type: 'ephemeral' } }]
    const body = { system, messages: [question], stream }
    const written = await messageOf(await ask(body))
    const read = await messageOf(await ask(body))
    expect(written.usage['cache_creation_input_tokens']).toBeGreaterThan(1024)
    expect(read.usage).toMatchObject({
      cache_read_input_tokens: written.usage['cache_creation_input_tokens'],
      cache_creation_input_tokens: 0,
    })
  })
})

describe('what is asked of Bedrock itself', () => {
  it('stands in the body of Converse, and an unknown guardrail refuses the call as it would at AWS', async () => {
    const response = await ask({
      messages: [question],
      bedrock: {
        guardrail: { identifier: 'abc123', version: '1' },
        trace: 'enabled',
        serviceTier: 'flex',
        requestMetadata: { team: 'quarry' },
      },
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: expect.stringContaining(
          'The guardrail identifier or version provided in the request does not exist.',
        ) as string,
      },
    })
    expect(sent()).toMatchObject({
      guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1', trace: 'enabled' },
      serviceTier: { type: 'flex' },
      requestMetadata: { team: 'quarry' },
    })
  })
})

describe('a stream of Converse that fails', () => {
  it('after its first content tells of the exception as an event', async () => {
    outcrop.script({ reply: { text: 'One two three four five.', fault: { kind: 'modelStreamError', after: 3 } } })
    const events = await eventsOf(await ask({ messages: [question], stream: true }))
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ])
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error' } })
  })

  it('before its first content is an answer with the status it would have had', async () => {
    outcrop.script({ reply: { text: 'One.', fault: { kind: 'throttled', after: 1 } } })
    const response = await ask({ messages: [question], stream: true })
    expect(response.status).toBe(429)
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
  })

  it.each(['cut', 'half-frame', 'bad-crc'] as const)('is not taken for whole when it breaks: %s', async (kind) => {
    outcrop.script({ reply: { text: 'One two three four.', fault: { kind, after: 4 } } })
    const events = await eventsOf(await ask({ messages: [question], stream: true }))
    expect(events.at(-1)).toMatchObject({ type: 'error' })
    expect(events.some(({ type }) => type === 'message_stop')).toBe(false)
  })

  it.each(['unknown-event', 'empty-block-start'] as const)('is not upset by what is new to it: %s', async (kind) => {
    outcrop.script({ reply: { text: 'One two.', fault: { kind, after: 1 } } })
    const message = await messageOf(await ask({ messages: [question], stream: true }))
    expect(message).toMatchObject({ content: [{ type: 'text', text: 'One two.' }], stop_reason: 'end_turn' })
  })
})

const strange: typeof fetch = async () => Response.json({ choices: [] })

describe('an answer that is none of Converse', () => {
  it('is told as the failure of whoever gave it, and not repeated', async () => {
    const response = await ask({ messages: [question] }, { fetch: strange })
    expect(response.status).toBe(502)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { message: expect.stringContaining('The answer is none of Converse: output: Field required') as string },
    })
  })

  it('in part loses nothing unsaid', async () => {
    const warnings: string[] = []
    outcrop.script({ reply: { text: 'One two.', fault: { kind: 'unknown-event', after: 1 } } })
    const onWarning = (warning: string): void => void warnings.push(warning)
    await messageOf(await ask({ messages: [question], stream: true }, { onWarning }))
    expect(warnings).toEqual([expect.stringContaining('Messages has no event of this kind: it was left out.')])
  })
})

describe('the wire auto', () => {
  const csv = { type: 'document', title: 'Stones', source: { type: 'text', media_type: 'text/csv', data: 'a,b\n1,2' } }

  it('takes Converse for a file that it alone reads', async () => {
    const content = [csv, { type: 'text', text: 'Sum up.' }]
    const response = await ask({ messages: [{ role: 'user', content }] }, { wire: 'auto' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-outcrop-wire')).toBe('converse')
    expect(outcrop.calls.map(({ operation }) => operation)).toEqual(['Converse'])
  })

  it('goes on by another wire where a Region does not serve the first, and remembers', async () => {
    const asked: string[] = []
    // A Region whose runtime answers InvokeModel as it answers paths that it does not have (WIRE §1.4).
    const fetchHere: typeof fetch = async (input, init) => {
      const path = new URL(input instanceof Request ? input.url : input).pathname
      asked.push(path.split('/').slice(-2).join('/'))
      if (!path.endsWith('/invoke')) return fetch(input, init)
      return Response.json({ Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' })
    }
    const send = createBedrockFetch({
      baseURL: outcrop.url,
      awsRegion: 'us-east-1',
      wire: 'auto',
      fetch: fetchHere,
      ...keys,
    })
    const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 9, messages: [question] })
    for (const _ of [1, 2]) {
      const response = await send('https://api.anthropic.com/v1/messages', { method: 'POST', body })
      expect([response.status, response.headers.get('x-outcrop-wire')]).toEqual([200, 'runtime-messages'])
    }
    expect(asked).toEqual(['global.anthropic.claude-opus-4-8/invoke', 'v1/messages', 'v1/messages'])
  })

  it('looks for another scope of a model that is denied, before it asks for another permission', async () => {
    const asked: string[] = []
    const send = createBedrockFetch({
      baseURL: outcrop.url,
      awsRegion: 'us-east-1',
      wire: 'auto',
      fetch: deniedGlobally(asked),
      ...keys,
    })
    const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 9, messages: [question] })
    for (const _ of [1, 2]) {
      const response = await send('https://api.anthropic.com/v1/messages', { method: 'POST', body })
      expect([response.status, response.headers.get('x-outcrop-model-id')]).toEqual([
        200,
        'us.anthropic.claude-opus-4-8',
      ])
    }
    expect(asked).toEqual([
      'global.anthropic.claude-opus-4-8/invoke',
      'us.anthropic.claude-opus-4-8/invoke',
      'global.anthropic.claude-opus-4-8/invoke',
      'us.anthropic.claude-opus-4-8/invoke',
    ])
  })
})

/** A caller whose policy names the profiles of a geography alone. */
function deniedGlobally(asked: string[]): typeof fetch {
  return async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname
    asked.push(path.split('/').slice(-2).join('/'))
    if (!path.includes('/global.')) return fetch(input, init)
    const message = 'User: x is not authorized to perform: bedrock:InvokeModel on resource: y'
    return Response.json({ message }, { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } })
  }
}

import { createHash } from 'node:crypto'
import { type Message, type MessageStreamEvent, GatewayError, mintLongTermKey, signRequest } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { Backend, BackendCall } from '../src/backends/backend.ts'
import { type GatewayOptions } from '../src/gateway.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { nodeHasher } from '../src/identity/hashing.ts'
import { doors, type TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const message: Message = {
  model: 'claude-opus-4-6',
  id: 'msg_bdrk_01AbCdEfGhJkLmNpQrStUvWx',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi!' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 4 },
}

const events: readonly MessageStreamEvent[] = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi!' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
]

const keyPair = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const bearer = mintLongTermKey('ada', '123456789012', 'x'.repeat(32))
const now = Date.parse('2026-11-23T12:00:00Z')
const requestId = '0a1b2c3d-0000-4000-8000-000000000001'

interface Setting {
  readonly script?: readonly (MessageStreamEvent | Error)[]
  readonly options?: Partial<GatewayOptions>
  readonly mode?: 'open' | 'strict'
}

function setUp({ script = events, options = {}, mode = 'open' }: Setting = {}) {
  const calls: BackendCall[] = []
  const logged: string[] = []
  async function* play(): AsyncGenerator<MessageStreamEvent> {
    for (const step of script) {
      if (step instanceof Error) throw step
      yield step
    }
  }
  const backend: Backend = {
    name: 'scripted',
    headers: [['x-outcrop-simulated', 'true']],
    complete: (call) => {
      calls.push(call)
      return script[0] instanceof Error ? Promise.reject(script[0]) : Promise.resolve(message)
    },
    countTokens: (call) => {
      calls.push(call)
      return Promise.resolve(9)
    },
    stream: (call) => {
      calls.push(call)
      return Promise.resolve(play())
    },
  }
  const credentials = [
    { user: 'ada', ...keyPair },
    { user: 'ada', bearer },
  ]
  const handle = createTestGateway({
    gatekeeper: createGatekeeper({
      mode,
      credentials,
      region: 'us-east-1',
      account: '123456789012',
      now: () => now,
    }),
    backend,
    fidelity: 'guide',
    log: {
      info: (text) => logged.push(text),
      warn: (text) => logged.push(text),
      error: (text, cause) => logged.push(`${text}: ${String(cause)}`),
    },
    now: () => now,
    random: () => 0.05,
    newRequestId: () => requestId,
    isReady: () => true,
    ...options,
  })
  return { handle, calls, logged }
}

const ids = {
  runtime: 'global.anthropic.claude-opus-4-6-v1',
  mantle: 'anthropic.claude-opus-4-6',
  plain: 'claude-opus-4-6',
}
const paths = {
  runtime: '/anthropic/v1/messages',
  mantle: '/mantle/anthropic/v1/messages',
  plain: '/v1/messages',
}
const surfaces = ['runtime', 'mantle', 'plain'] as const

const body = (model: string, fields: object = {}): string =>
  JSON.stringify({ model, max_tokens: 64, messages: [{ role: 'user', content: 'Say hi' }], ...fields })

const unknownOperation = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}'

function signed(path: string, text: string, service: string): Record<string, string> {
  const request = { method: 'POST', rawPath: path, rawQuery: '', headers: { host: '127.0.0.1:5151' } }
  const hash = createHash('sha256').update(text).digest('hex')
  const scope = { keys: keyPair, region: 'us-east-1', service, now }
  return { ...request.headers, ...signRequest(nodeHasher, request, hash, scope).headers }
}

/** Runs one question against a fresh gateway through every door. */
async function ask(
  open: (typeof doors)[number][1],
  setting: Setting,
  request: { method?: string; path: string; headers?: Record<string, string>; body?: string },
): Promise<{ answer: TestAnswer; calls: BackendCall[]; logged: string[] }> {
  const { handle, calls, logged } = setUp(setting)
  const door = await open(handle)
  try {
    return { answer: await door.ask({ method: 'POST', ...request }), calls, logged }
  } finally {
    await door.close()
  }
}

describe.each(doors)('the Messages surfaces, %s', (_, open) => {
  it.each(surfaces)('answer a whole message: %s', async (surface) => {
    const { answer, calls } = await ask(open, {}, { path: paths[surface], body: body(ids[surface]) })
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify(message)])
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-outcrop-simulated': 'true',
    })
    expect(answer.headers['request-id']).toBe(
      surface === 'plain' ? 'req_bdrk_0a1b2c3d000040008000000000000001' : undefined,
    )
    expect(calls[0]).toMatchObject({
      modelId: ids[surface],
      wire: 'messages',
      documentMode: 'visual',
      model: { modelId: 'anthropic.claude-opus-4-6-v1' },
    })
  })

  it.each(surfaces)('stream server-sent events when the body asks for it: %s', async (surface) => {
    const { answer } = await ask(
      open,
      {},
      { path: `${paths[surface]}?beta=true`, body: body(ids[surface], { stream: true }) },
    )
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    expect(answer.text).toBe(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
  })

  it('pass on the betas of the header', async () => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07, effort-2025-11-24' }
    const { calls } = await ask(open, {}, { path: paths.runtime, body: body(ids.runtime), headers })
    expect(calls[0]?.request.anthropic_beta).toEqual(['context-1m-2025-08-07', 'effort-2025-11-24'])
  })

  it.each([
    ['context_management', { edits: [] }, 'The simulator edits and compacts no context.'],
    ['fallbacks', [{ model: 'claude-opus-4-5' }], 'The simulator asks no other model: fallbacks are never tried.'],
    ['mcp_servers', [], 'The simulator calls no MCP servers.'],
    ['container', { skills: [] }, 'The simulator has no containers, and so no Skills.'],
    ['speed', 'fast', 'The simulator has one speed, that of its settings.'],
  ])('say on Anthropic’s own paths that %s has no effect', async (field, value, warning) => {
    const { answer } = await ask(open, {}, { path: paths.plain, body: body(ids.plain, { [field]: value }) })
    expect([answer.status, answer.headers['x-outcrop-warning']]).toEqual([200, warning])
  })

  it.each(surfaces)('answer what the model refuses in Anthropic’s envelope: %s', async (surface) => {
    const { answer } = await ask(open, {}, { path: paths[surface], body: body(ids[surface], { max_tokens: 0 }) })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'max_tokens: Input should be greater than or equal to 1' },
        request_id: 'req_bdrk_0a1b2c3d000040008000000000000001',
      },
    ])
  })

  it.each([
    ['runtime', 400, 'invalid_request_error', 'The provided model identifier is invalid.'],
    ['mantle', 404, 'not_found_error', 'The model does not exist'],
    ['plain', 404, 'not_found_error', 'model: nobody'],
  ] as const)('know their own models alone: %s', async (surface, status, type, text) => {
    const { answer } = await ask(open, {}, { path: paths[surface], body: body('nobody') })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { error: { type, message: text } }])
  })

  it('commit to no status before the first content', async () => {
    const script = [...events.slice(0, 1), new GatewayError('throttled', 'Slow down')]
    const { answer } = await ask(open, { script }, { path: paths.mantle, body: body(ids.mantle, { stream: true }) })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([429, { error: { type: 'rate_limit_error' } }])
  })

  it('tell of a later failure by an error event', async () => {
    const script = [...events.slice(0, 3), new GatewayError('unavailable', 'Busy')]
    const { answer, logged } = await ask(
      open,
      { script },
      { path: paths.plain, body: body(ids.plain, { stream: true }) },
    )
    expect(answer.status).toBe(200)
    expect(answer.text.split('\n\n').at(-2)).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Busy"},"request_id":"req_bdrk_0a1b2c3d000040008000000000000001"}',
    )
    expect(logged).toEqual([`messages ${requestId} broke off: GatewayError: Busy`])
  })

  it.each(['mantle', 'plain'] as const)('count tokens: %s', async (surface) => {
    const request = { model: ids[surface], messages: [{ role: 'user', content: 'Hi' }] }
    const { answer } = await ask(
      open,
      {},
      { path: `${paths[surface]}/count_tokens?beta=true`, body: JSON.stringify(request) },
    )
    expect([answer.status, answer.text]).toEqual([200, '{"input_tokens":9}'])
  })

  it('have no counting and no models on the runtime', async () => {
    for (const [method, path] of [
      ['POST', '/anthropic/v1/messages/count_tokens'],
      ['GET', '/anthropic/v1/models'],
      ['GET', '/anthropic/v1/messages'],
    ] as const) {
      const { answer } = await ask(open, {}, { method, path })
      expect([answer.status, answer.text]).toEqual([200, unknownOperation])
    }
  })

  it('list models as OpenAI does on mantle', async () => {
    const options = { fidelity: 'aws' } as const
    const { answer } = await ask(open, { options }, { method: 'GET', path: '/mantle/v1/models' })
    const list = JSON.parse(answer.text) as { object: string; data: Array<{ id: string }> }
    expect(list.object).toBe('list')
    expect(list.data.find(({ id }) => id === 'anthropic.claude-haiku-4-5')).toEqual({
      id: 'anthropic.claude-haiku-4-5',
      object: 'model',
      created: expect.any(Number) as number,
      owned_by: 'anthropic',
    })
  })

  it('list models as Anthropic does on the plain routes, in pages', async () => {
    const list = async (query: string) =>
      JSON.parse((await ask(open, {}, { method: 'GET', path: `/v1/models${query}` })).answer.text) as {
        data: Array<{ id: string }>
        has_more: boolean
        first_id: string | null
        last_id: string | null
      }
    const first = await list('?limit=2')
    expect(first).toMatchObject({ has_more: true, first_id: first.data[0]?.id, last_id: first.data[1]?.id })
    const second = await list(`?limit=1000&after_id=${first.last_id ?? ''}`)
    expect(second.has_more).toBe(false)
    expect((await list(`?before_id=${second.first_id ?? ''}`)).data).toEqual(first.data)
    const { answer } = await ask(open, {}, { method: 'GET', path: '/v1/models/claude-opus-4-6' })
    expect(JSON.parse(answer.text)).toEqual({
      type: 'model',
      id: 'claude-opus-4-6',
      display_name: 'Claude Opus 4.6',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    })
    const missing = await ask(open, {}, { method: 'GET', path: '/v1/models/gpt-5' })
    expect([missing.answer.status, JSON.parse(missing.answer.text)]).toMatchObject([
      404,
      { error: { type: 'not_found_error', message: 'model: gpt-5' } },
    ])
  })

  it('refuse Claude on mantle’s OpenAI routes', async () => {
    const { answer } = await ask(
      open,
      {},
      { path: '/mantle/v1/chat/completions', body: body('anthropic.claude-sonnet-5') },
    )
    expect([answer.status, answer.text]).toEqual([
      400,
      '{"error":{"code":"validation_error","message":"The model \'anthropic.claude-sonnet-5\' does not support the \'/v1/chat/completions\' API","param":null,"type":"invalid_request_error"}}',
    ])
  })

  it.each([
    ['/mantle/v1/responses', '/v1/responses'],
    ['/mantle/openai/v1/responses', '/v1/responses'],
    ['/openai/v1/chat/completions', '/v1/chat/completions'],
  ])('speak to OpenAI’s clients in OpenAI’s envelope: %s', async (path, named) => {
    const { answer } = await ask(open, {}, { path, body: body('anthropic.claude-opus-5') })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      {
        error: {
          code: 'validation_error',
          message: `The model 'anthropic.claude-opus-5' does not support the '${named}' API`,
          param: null,
          type: 'invalid_request_error',
        },
      },
    ])
    const broken = await ask(open, {}, { path, body: '{' })
    expect(broken.answer.text).toBe(
      '{"error":{"code":"validation_error","message":"The request body is not valid JSON","param":null,"type":"invalid_request_error"}}',
    )
  })

  it('tell of one model as OpenAI does on mantle', async () => {
    const one = await ask(open, {}, { method: 'GET', path: '/mantle/v1/models/anthropic.claude-opus-5' })
    expect([one.answer.status, JSON.parse(one.answer.text)]).toEqual([
      200,
      { id: 'anthropic.claude-opus-5', object: 'model', created: 1784826000, owned_by: 'anthropic' },
    ])
    const none = await ask(open, {}, { method: 'GET', path: '/mantle/v1/models/gpt-5' })
    expect([none.answer.status, none.answer.text]).toEqual([
      404,
      '{"error":{"code":"not_found_error","message":"The model does not exist","param":null,"type":"not_found_error"}}',
    ])
  })

  it.each(['after_id', 'before_id'])('refuse a page of models whose %s names no model', async (cursor) => {
    const { answer } = await ask(open, {}, { method: 'GET', path: `/v1/models?${cursor}=gpt-5` })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', message: `${cursor}: gpt-5 is no model of this list` } },
    ])
  })

  it('answer Anthropic’s other paths with 404 on the plain routes', async () => {
    for (const path of ['/v1/messages/batches', '/v1/complete', '/v1/files']) {
      const { answer } = await ask(open, {}, { path, body: '{}' })
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
        404,
        { type: 'error', error: { type: 'not_found_error', message: 'Not Found' } },
      ])
    }
  })

  it('refuse a method or a path that they do not have', async () => {
    const wrong = await ask(open, {}, { method: 'GET', path: '/v1/messages' })
    expect([wrong.answer.status, JSON.parse(wrong.answer.text)]).toMatchObject([
      405,
      { type: 'error', error: { type: 'invalid_request_error', message: 'Method Not Allowed' } },
    ])
    const missing = await ask(open, {}, { path: '/mantle/v1/files' })
    expect([missing.answer.status, JSON.parse(missing.answer.text)]).toMatchObject([
      404,
      { type: 'error', error: { type: 'not_found_error' } },
    ])
    const head = await ask(open, {}, { method: 'HEAD', path: '/v1/models' })
    expect([head.answer.status, head.answer.text]).toEqual([200, ''])
  })
})

describe.each(doors.slice(0, 2))('who may call the Messages surfaces, %s', (_, open) => {
  const strict = { mode: 'strict' } as const

  it.each(surfaces)('is whoever has a Bedrock API key, as x-api-key or as a bearer: %s', async (surface) => {
    for (const headers of [{ 'x-api-key': bearer }, { authorization: `Bearer ${bearer}` }]) {
      const request = { path: paths[surface], body: body(ids[surface]), headers }
      const { answer, calls } = await ask(open, strict, request)
      expect([answer.status, calls[0]?.caller.user]).toEqual([200, 'ada'])
    }
  })

  it('is nobody with x-api-key on other routes', async () => {
    const path = '/model/us.anthropic.claude-opus-4-6-v1/invoke'
    const { answer } = await ask(open, strict, { path, body: '{}', headers: { 'x-api-key': bearer } })
    expect([answer.status, answer.text]).toEqual([403, '{"message":"Missing Authentication Token"}'])
  })

  it('is told that the runtime knows no other path, with a key as with a signature', async () => {
    for (const path of ['/anthropic/v1/messages/count_tokens', '/anthropic/v1/files']) {
      const { answer } = await ask(open, strict, { path, body: '{}', headers: { 'x-api-key': bearer } })
      expect([answer.status, answer.text]).toEqual([200, unknownOperation])
    }
  })

  it.each(['open', 'strict'] as const)('is asked for a signature on the runtime’s batches: %s', async (mode) => {
    const path = '/anthropic/v1/messages/batches'
    const { answer } = await ask(open, { mode }, { path, body: '{}', headers: { 'x-api-key': bearer } })
    expect([answer.status, answer.text]).toEqual([403, '{"message":"Authorization header is missing"}'])
    const headers = { authorization: `Bearer ${bearer}` }
    const { answer: unknown } = await ask(open, { mode }, { path, body: '{}', headers })
    expect([unknown.status, unknown.text]).toEqual([200, unknownOperation])
  })

  it('gets OpenAI’s envelope on mantle’s OpenAI routes', async () => {
    for (const [method, path] of [
      ['POST', '/mantle/v1/chat/completions'],
      ['GET', '/mantle/v1/models'],
    ] as const) {
      const { answer } = await ask(open, strict, { method, path })
      expect([answer.status, answer.text]).toEqual([
        401,
        '{"error":{"code":"authentication_error","message":"Missing Authentication Token","param":null,"type":"authentication_error"}}',
      ])
    }
  })

  it('is decided by Authorization when both are there', async () => {
    const headers = { 'x-api-key': bearer, authorization: 'Bearer ABSKnobody' }
    const { answer } = await ask(open, strict, { path: paths.mantle, body: body(ids.mantle), headers })
    expect(answer.status).toBe(401)
  })

  it.each([
    ['runtime', 'bedrock', 200],
    ['mantle', 'bedrock-mantle', 200],
    ['mantle', 'bedrock', 200],
    ['plain', 'bedrock-mantle', 200],
  ] as const)('is whoever signed on %s for %s', async (surface, service, status) => {
    const text = body(ids[surface])
    const headers = signed(paths[surface], text, service)
    const { answer, calls } = await ask(open, strict, { path: paths[surface], body: text, headers })
    expect([answer.status, calls[0]?.caller.how]).toEqual([status, 'sigv4'])
  })

  it('is refused with 401 on mantle for a signature of another service', async () => {
    const text = body(ids.mantle)
    const headers = signed(paths.mantle, text, 's3')
    const { answer } = await ask(open, strict, { path: paths.mantle, body: text, headers })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      401,
      {
        error: {
          type: 'authentication_error',
          message: "Credential should be scoped to correct service: 'bedrock-mantle'.",
        },
      },
    ])
  })

  it('gets the front door’s own envelope on the runtime', async () => {
    const { answer } = await ask(open, strict, {
      path: paths.runtime,
      body: body(ids.runtime),
      headers: { 'x-api-key': 'sk-ant-x' },
    })
    expect([answer.status, answer.text]).toEqual([
      403,
      '{"Message":"Invalid API Key format: Must start with pre-defined prefix"}',
    ])
    expect(answer.headers['x-amzn-errortype']).toBe(
      'AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/',
    )
  })

  it('gets Anthropic’s envelope on the plain routes', async () => {
    const { answer } = await ask(open, strict, { path: paths.plain, body: body(ids.plain) })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      401,
      {
        type: 'error',
        error: { type: 'authentication_error', message: 'Missing Authentication Token' },
        request_id: 'req_bdrk_0a1b2c3d000040008000000000000001',
      },
    ])
  })

  it('gets Bedrock’s answer to an unknown path on the plain routes after signing for Bedrock', async () => {
    for (const path of ['/v1/messages', '/v1/messages/count_tokens']) {
      const text = body(ids.plain)
      const headers = signed(path, text, 'bedrock')
      const { answer } = await ask(open, strict, { path, body: text, headers })
      expect([answer.status, answer.text]).toEqual([200, unknownOperation])
    }
  })

  it('is named by its key in open mode too', async () => {
    const headers = { 'x-api-key': bearer }
    const { calls } = await ask(open, {}, { path: paths.plain, body: body(ids.plain), headers })
    expect(calls[0]?.caller.user).toBe('ada')
  })
})

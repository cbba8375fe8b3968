import { createFrameDecoder, type Message, type MessageStreamEvent, GatewayError } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { Backend, BackendCall } from '../src/backends/backend.ts'
import { type GatewayOptions } from '../src/gateway.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import type { Log } from '../src/log.ts'
import { doors, type TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const opus = '/model/us.anthropic.claude-opus-4-6-v1'
const signedForBedrock = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0',
}
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

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
  { type: 'ping' },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi!' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
]

async function* play(script: readonly (MessageStreamEvent | Error)[]): AsyncGenerator<MessageStreamEvent> {
  for (const step of script) {
    if (step instanceof Error) throw step
    yield step
  }
}

interface Setting {
  readonly script?: readonly (MessageStreamEvent | Error)[]
  readonly options?: Partial<GatewayOptions>
  readonly mode?: 'open' | 'strict'
}

/** A gateway over a backend that answers as told, with what it was asked and what it logged. */
function setUp({ script = events, options = {}, mode = 'open' }: Setting = {}) {
  const calls: BackendCall[] = []
  const logged: string[] = []
  const log: Log = {
    info: (text) => logged.push(text),
    warn: (text) => logged.push(text),
    error: (text, cause) => logged.push(`${text}: ${String(cause)}`),
  }
  const backend: Backend = {
    name: 'scripted',
    headers: [['x-outcrop-simulated', 'true']],
    complete: (call) => {
      calls.push(call)
      return Promise.resolve(message)
    },
    countTokens: (call) => {
      calls.push(call)
      return Promise.resolve(9)
    },
    stream: (call) => {
      calls.push(call)
      return Promise.resolve(play(script))
    },
  }
  const now = Date.now
  const handle = createTestGateway({
    gatekeeper: createGatekeeper({ mode, credentials: [], region: 'us-west-2', account: '123456789012', now }),
    backend,
    fidelity: 'guide',
    log,
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
    ...options,
  })
  return { handle, calls, logged }
}

const body = (fields: object = {}): string =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Say hi' }],
    ...fields,
  })
const converseBody = (fields: object = {}): string =>
  JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Say hi' }] }], ...fields })

interface ReadFrame {
  readonly headers: readonly string[]
  readonly payload: Record<string, unknown>
  readonly json: string
}

function frames(answer: TestAnswer): readonly ReadFrame[] {
  const decoder = createFrameDecoder()
  const found = decoder.push(answer.body)
  decoder.end()
  return found.map((frame) => {
    const json = new TextDecoder().decode(frame.payload)
    const payload = JSON.parse(json) as Record<string, unknown>
    return { headers: [...frame.headers].map(([name, { value }]) => `${name}=${String(value)}`), payload, json }
  })
}

const chunkOf = ({ payload }: ReadFrame): unknown =>
  JSON.parse(Buffer.from(String(payload['bytes']), 'base64').toString())

describe.each(doors)('the gateway asked %s', (_, open) => {
  it('answers InvokeModel with the message, its counts and its latency', async () => {
    const { handle, calls } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/invoke`, body: body() })
    await door.close()
    expect(answer.status).toBe(200)
    expect(answer.text).toBe(
      '{"model":"claude-opus-4-6","id":"msg_bdrk_01AbCdEfGhJkLmNpQrStUvWx","type":"message","role":"assistant","content":[{"type":"text","text":"Hi!"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":4}}',
    )
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-bedrock-input-token-count': '9',
      'x-amzn-bedrock-output-token-count': '4',
      'x-amzn-bedrock-cache-read-input-token-count': '0',
      'x-amzn-bedrock-cache-write-input-token-count': '0',
      'x-outcrop-simulated': 'true',
    })
    expect(answer.headers['x-amzn-requestid']).toMatch(uuid)
    expect(answer.headers['x-amzn-bedrock-invocation-latency']).toMatch(/^\d+$/)
    expect(calls[0]).toMatchObject({ documentMode: 'visual', request: { max_tokens: 64 } })
    expect(calls[0]?.model.modelId).toBe('anthropic.claude-opus-4-6-v1')
  })

  it('answers the stream of InvokeModel in chunks, without pings, with the metrics in the last one', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/invoke-with-response-stream`, body: body() })
    await door.close()
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-bedrock-content-type': 'application/json',
    })
    expect(Object.keys(answer.headers)).not.toContain('x-amzn-bedrock-input-token-count')
    const found = frames(answer)
    expect(found[0]?.headers).toEqual([':event-type=chunk', ':content-type=application/json', ':message-type=event'])
    expect(found[0]?.json).toMatch(/^\{"bytes":"[A-Za-z0-9+/=]+","p":"abcde"\}$/)
    const chunks = found.map(chunkOf)
    expect(chunks.slice(1, -1)).toEqual(events.filter(({ type }) => type !== 'ping').slice(1, -1))
    expect(chunks.at(-1)).toEqual({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 9,
        outputTokenCount: 4,
        invocationLatency: expect.any(Number),
        firstByteLatency: expect.any(Number),
      },
    })
  })

  it('answers Converse with every key in alphabetical order', async () => {
    const { handle, calls } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/converse`, body: converseBody() })
    await door.close()
    expect(answer.text.replace(/"latencyMs":\d+/, '"latencyMs":7')).toBe(
      '{"metrics":{"latencyMs":7},"output":{"message":{"content":[{"text":"Hi!"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":9,"outputTokens":4,"serverToolUsage":{},"totalTokens":13}}',
    )
    expect(Object.keys(answer.headers)).not.toContain('x-amzn-bedrock-input-token-count')
    expect(calls[0]).toMatchObject({ documentMode: 'per-citations', request: { max_tokens: 128_000 } })
  })

  it('answers ConverseStream in the order of the wire, with padding where the alphabet has it', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/converse-stream`, body: converseBody() })
    await door.close()
    expect(
      frames(answer).map(({ headers, json }) => [headers[0], json.replace(/"latencyMs":\d+/, '"latencyMs":7')]),
    ).toEqual([
      [':event-type=messageStart', '{"p":"abcde","role":"assistant"}'],
      [':event-type=contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"Hi!"},"p":"abcde"}'],
      [':event-type=contentBlockStop', '{"contentBlockIndex":0,"p":"abcde"}'],
      [':event-type=messageStop', '{"p":"abcde","stopReason":"end_turn"}'],
      [
        ':event-type=metadata',
        '{"metrics":{"latencyMs":7},"p":"abcde","usage":{"inputTokens":9,"outputTokens":4,"serverToolUsage":{},"totalTokens":13}}',
      ],
    ])
  })

  it('turns a failure before the first content into an error of its own status', async () => {
    const throttled = new GatewayError('throttled', 'Too many tokens, please wait before trying again.')
    const { handle } = setUp({ script: [...events.slice(0, 2), throttled] })
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/converse-stream`, body: converseBody() })
    await door.close()
    expect(answer.status).toBe(429)
    expect(answer.text).toBe('{"message":"Too many tokens, please wait before trying again."}')
    expect(answer.headers['content-length']).toBe('63')
    expect(answer.headers['x-amzn-errortype']).toBe(
      'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/',
    )
  })

  // WIRE §6.6: what the model's side refuses has a prefix on Converse, and none on InvokeModel.
  it.each([
    ['invoke', body(), 'Could not process image'],
    ['invoke-with-response-stream', body(), 'Could not process image'],
    ['converse', converseBody(), 'The model returned the following errors: Could not process image'],
    ['converse-stream', converseBody(), 'The model returned the following errors: Could not process image'],
  ])('tells a refusal of the model to a caller of %s', async (operation, sent, text) => {
    const refused = new GatewayError('validation', 'Could not process image')
    const backend: Backend = {
      name: 'refusing',
      headers: [],
      complete: () => Promise.reject(refused),
      countTokens: () => Promise.resolve(0),
      stream: () => Promise.reject(refused),
    }
    const { handle } = setUp({ options: { backend } })
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/${operation}`, body: sent })
    await door.close()
    expect([answer.status, answer.text]).toEqual([400, JSON.stringify({ message: text })])
  })

  it('ends a stream that fails after its first content with an exception frame', async () => {
    const unavailable = new GatewayError('unavailable', 'Bedrock is unable to process your request.')
    const { handle } = setUp({ script: [...events.slice(0, 4), unavailable] })
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/invoke-with-response-stream`, body: body() })
    await door.close()
    expect(answer.status).toBe(200)
    const last = frames(answer).at(-1)
    expect(last?.headers).toEqual([
      ':exception-type=serviceUnavailableException',
      ':content-type=application/json',
      ':message-type=exception',
    ])
    expect(last?.json).toBe('{"message":"Bedrock is unable to process your request."}')
  })

  it.each(['invoke-with-response-stream', 'converse-stream'])(
    'never lets a %s that stops in the middle look complete',
    async (operation) => {
      const { handle, logged } = setUp({ script: events.slice(0, 5) })
      const door = await open(handle)
      const payload = operation === 'converse-stream' ? converseBody() : body()
      const answer = await door.ask({ method: 'POST', path: `${opus}/${operation}`, body: payload })
      await door.close()
      expect(frames(answer).at(-1)?.headers[0]).toBe(':exception-type=modelStreamErrorException')
      expect(logged).toHaveLength(1)
    },
  )

  it('keeps the cause of a defect in the log and out of the answer', async () => {
    const { handle, logged } = setUp({ script: [new TypeError('secret detail')] })
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/converse-stream`, body: converseBody() })
    await door.close()
    expect(answer.status).toBe(500)
    expect(answer.text).toBe(
      '{"message":"The system encountered an unexpected error during processing. Try your request again."}',
    )
    expect(logged[0]).toContain('secret detail')
  })

  it('refuses an unknown model in the words of Bedrock', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: '/model/anthropic.claude-9/invoke', body: body() })
    await door.close()
    expect(answer.status).toBe(400)
    expect(answer.text).toBe('{"message":"The provided model identifier is invalid."}')
    expect(answer.headers['x-amzn-errortype']).toBe(
      'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/',
    )
  })

  it.each([
    'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn%3Aaws%3Abedrock%3Aus-west-2%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-haiku-4-5-20251001-v1%3A0',
    'arn:aws:bedrock:us-west-2:123456789012:inference-profile%2Fus.anthropic.claude-haiku-4-5-20251001-v1:0',
    'us.anthropic.claude-haiku-4-5-20251001-v1%3A0',
    'anthropic.claude-haiku-4-5-20251001-v1:0',
  ])('finds the model behind %s', async (id) => {
    const { handle, calls } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `/model/${id}/invoke`, body: body() })
    await door.close()
    expect([answer.status, calls[0]?.model.modelName]).toEqual([200, 'Claude Haiku 4.5'])
  })

  it('warns of a deprecated model on every answer and in the log once', async () => {
    const { handle, logged } = setUp()
    const door = await open(handle)
    const path = '/model/us.anthropic.claude-3-5-haiku-20241022-v1:0/invoke'
    const first = await door.ask({ method: 'POST', path, body: body() })
    const second = await door.ask({ method: 'POST', path, body: body() })
    await door.close()
    expect(first.headers['x-outcrop-warning']).toContain('anthropic.claude-3-5-haiku-20241022-v1:0')
    expect(second.headers['x-outcrop-warning']).toBe(first.headers['x-outcrop-warning'])
    expect(logged).toEqual([first.headers['x-outcrop-warning']])
  })

  it.each([
    ['invoke', "The header anthropic-beta has no effect on InvokeModel: name the betas in the body's anthropic_beta."],
    [
      'converse',
      'The header anthropic-beta has no effect on Converse: name the betas in additionalModelRequestFields.anthropic_beta.',
    ],
  ])('warns of betas that only a header names on %s, where they have no effect', async (operation, warning) => {
    const { handle, logged } = setUp()
    const door = await open(handle)
    const path = `/model/us.anthropic.claude-opus-4-6-v1/${operation}`
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07,effort-2025-11-24' }
    const betas = ['context-1m-2025-08-07', 'effort-2025-11-24']
    const [named, unnamed] =
      operation === 'invoke'
        ? [body({ anthropic_beta: betas }), body()]
        : [converseBody({ additionalModelRequestFields: { anthropic_beta: betas } }), converseBody()]
    const ask = (sent: string) => door.ask({ method: 'POST', path, headers, body: sent })
    const answers = [await ask(named), await ask(unnamed)]
    await door.close()
    expect(answers.map(({ status, headers: { 'x-outcrop-warning': said } }) => [status, said])).toEqual([
      [200, undefined],
      [200, warning],
    ])
    expect(logged).toEqual([warning])
  })

  it('echoes the latency and tier that a caller asks for', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const headers = {
      'x-amzn-bedrock-performanceconfig-latency': 'optimized',
      'x-amzn-bedrock-service-tier': 'priority',
    }
    const answer = await door.ask({ method: 'POST', path: `${opus}/invoke`, headers, body: body() })
    await door.close()
    expect(answer.headers).toMatchObject(headers)
  })

  it.each([
    [
      { 'x-amzn-bedrock-service-tier': 'gold' },
      "1 validation error detected: Value 'gold' at 'serviceTier' failed to satisfy constraint: Member must satisfy enum value set: [priority, default, flex, reserved]",
    ],
    [
      { 'x-amzn-bedrock-guardrailidentifier': 'gr1' },
      'The guardrail identifier or version provided in the request does not exist.',
    ],
    [
      { 'x-amzn-bedrock-request-metadata': '{"team":"{"}' },
      'Request metadata contains a value that violates the regular expression',
    ],
  ])('refuses the headers %j', async (headers, text) => {
    const { handle, calls } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'POST', path: `${opus}/invoke`, headers, body: body() })
    await door.close()
    expect([answer.status, JSON.parse(answer.text)]).toEqual([400, { message: text }])
    expect(calls).toEqual([])
  })

  it('refuses a guardrail in Converse rather than answering without it', async () => {
    const { handle, calls } = setUp()
    const door = await open(handle)
    const guardrailConfig = { guardrailIdentifier: 'gr1', guardrailVersion: '1' }
    const answer = await door.ask({ method: 'POST', path: `${opus}/converse`, body: converseBody({ guardrailConfig }) })
    await door.close()
    expect(answer.status).toBe(400)
    expect(calls).toEqual([])
  })

  it('answers an unknown path as Bedrock does', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({
      method: 'POST',
      path: '/v1/messages/count_tokens',
      headers: signedForBedrock,
      body: '{}',
    })
    await door.close()
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.text).toBe(
      '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
    )
  })

  it('lists no guardrails, because none can be made', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answers = [
      await door.ask({ path: '/guardrails' }),
      await door.ask({ path: '/guardrails?maxResults=10' }),
      await door.ask({ method: 'POST', path: '/guardrails', body: '{}' }),
      await door.ask({ path: '/guardrails?maxResults=0' }),
    ]
    await door.close()
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 400])
    expect(answers.slice(0, 2).map(({ text }) => text)).toEqual(['{"guardrails":[]}', '{"guardrails":[]}'])
    expect(answers[2]?.text).toMatch(/^\{"message":"Outcrop does not serve CreateGuardrail\./)
  })

  it.each([
    ['GET', '/guardrails/gr1'],
    ['GET', '/guardrails?guardrailIdentifier=gr1'],
    ['PUT', '/guardrails/gr1'],
    ['DELETE', '/guardrails/gr1'],
    ['POST', '/guardrails/gr1'],
    ['GET', '/guardrails/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fgr1'],
    ['POST', '/guardrail/gr1/version/DRAFT/apply'],
    ['POST', '/guardrail/arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1/version/1/apply'],
  ])('does not know the guardrail of %s %s', async (method, path) => {
    const { handle } = setUp()
    const door = await open(handle)
    const body = '{"source":"INPUT","content":[]}'
    const answer = await door.ask({ method, path, ...(method === 'GET' ? {} : { body }) })
    await door.close()
    expect(answer.status).toBe(404)
    expect(answer.headers['x-amzn-errortype']).toMatch(/^ResourceNotFoundException:/)
    expect(answer.text).toBe(
      '{"message":"The guardrail identifier or version provided in the request does not exist."}',
    )
  })

  it('refuses a Bedrock operation that it does not serve by its name', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({ method: 'GET', path: '/model-import-jobs' })
    await door.close()
    expect(answer.status).toBe(404)
    expect(answer.text).toMatch(
      /^\{"message":"Outcrop does not serve ListModelImportJobs\. It serves .*access to them.*batch inference jobs/,
    )
  })

  it('says that it lives without asking who wants to know, and that it is no longer ready once it shuts down', async () => {
    const { handle } = setUp({ mode: 'strict', options: { isReady: () => false } })
    const door = await open(handle)
    const live = await door.ask({ path: '/healthz' })
    const ready = await door.ask({ path: '/readyz' })
    const model = await door.ask({ method: 'POST', path: `${opus}/invoke`, body: body() })
    await door.close()
    expect([live.status, ready.status, model.status]).toEqual([200, 503, 403])
    expect(model.text).toBe('{"message":"Missing Authentication Token"}')
  })

  it('tells STS callers who they are, in XML', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const answer = await door.ask({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })
    await door.close()
    expect(answer.headers['content-type']).toBe('text/xml')
    expect(answer.text).toMatch(
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user\/anonymous<\/Arn><UserId>[A-Z0-9]{21}<\/UserId><Account>123456789012<\/Account><\/GetCallerIdentityResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetCallerIdentityResponse>$/,
    )
  })

  it('lists the models and profiles of a Region in pages', async () => {
    const { handle } = setUp()
    const door = await open(handle)
    const ids: string[] = []
    let token = ''
    do {
      const query = `type=SYSTEM_DEFINED&maxResults=5${token === '' ? '' : `&nextToken=${token}`}`
      const page = JSON.parse((await door.ask({ path: `/inference-profiles?${query}` })).text) as {
        inferenceProfileSummaries: { inferenceProfileId: string }[]
        nextToken?: string
      }
      expect(page.inferenceProfileSummaries.length).toBeLessThanOrEqual(5)
      ids.push(...page.inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId))
      token = page.nextToken ?? ''
    } while (token !== '')
    const whole = JSON.parse((await door.ask({ path: '/inference-profiles' })).text) as {
      inferenceProfileSummaries: { inferenceProfileId: string }[]
    }
    const word = await door.ask({ path: '/inference-profiles?maxResults=abc' })
    expect([word.status, word.text]).toEqual([400, '{"message":"STRING_VALUE cannot be converted to Integer"}'])
    const wrong = await door.ask({ path: '/inference-profiles?maxResults=0' })
    const model = await door.ask({ path: '/foundation-models/anthropic.claude-haiku-4-5-20251001-v1%3A0' })
    await door.close()
    expect(ids).toContain('us.anthropic.claude-opus-4-6-v1')
    expect(ids).toEqual(whole.inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId))
    expect(wrong.text).toBe(
      `{"message":"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"}`,
    )
    expect(JSON.parse(model.text)).toMatchObject({
      modelDetails: { modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', modelName: 'Claude Haiku 4.5' },
    })
  })
})

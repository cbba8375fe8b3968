import { findModel, GatewayError, type MessagesRequest, type MessageStreamEvent } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { AskedFailure, ConnectionDropped, type Fault } from '../../faults.ts'
import type { Script } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import { createSimulator } from '../simulator/simulator.ts'
import { isThinkingSignature, sealThinking } from '../simulator/thinking.ts'
import { createScripted, type ScriptedOptions } from './scripted.ts'

const model = findModel('anthropic.claude-opus-4-6-v1')
if (model === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
const opus = model

const simulator = createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now: Date.now })

function open(scripts: readonly Script[], options: Partial<ScriptedOptions> = {}) {
  return createScripted({
    simulator,
    scripts,
    strict: false,
    faultsOnRequest: true,
    chance: { rate: 0, kinds: ['throttled'], seed: 'x' },
    seed: 'test',
    ...options,
  })
}

function call(text: string, changes: Partial<BackendCall> = {}, body: Partial<MessagesRequest> = {}): BackendCall {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    scope: 'us',
    model: opus,
    modelId: 'us.anthropic.claude-opus-4-6-v1',
    wire: 'converse',
    caller: {
      how: 'anonymous',
      user: 'anonymous',
      arn: 'arn:aws:iam::123456789012:user/anonymous',
      userId: 'AIDAEXAMPLE',
      account: '123456789012',
      region: 'us-east-1',
      accessKeyId: null,
    },
    headers: {},
    request: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: text }],
      ...body,
    },
    documentMode: 'visual',
    signal: new AbortController().signal,
    ...changes,
  }
}

async function say(backend: ReturnType<typeof open>, asked: BackendCall): Promise<string> {
  const { content } = await backend.complete(asked)
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('')
}

async function collect(events: AsyncIterable<MessageStreamEvent>): Promise<readonly MessageStreamEvent[]> {
  const all: MessageStreamEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const refusal = async (promise: Promise<unknown>): Promise<GatewayError> => {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (error instanceof GatewayError) return error
  throw new Error(`Expected a refusal, got ${String(error)}`)
}

describe('a script', () => {
  it('answers the requests that meet all of its conditions, and leaves the others to the simulator', async () => {
    const backend = open([
      {
        match: { text: 'hello', model: 'opus', wire: 'converse', turn: 1, system: 'kind' },
        reply: { text: 'Good day.' },
      },
    ])
    expect(await say(backend, call('Say hello', {}, { system: 'Be kind.' }))).toBe('Good day.')
    expect(await say(backend, call('Say hello', { wire: 'invoke' }, { system: 'Be kind.' }))).toContain('Outcrop')
    expect(await say(backend, call('Say hello', {}, { system: 'Be rude.' }))).toContain('Outcrop')
    expect(await say(backend, call('Say good-bye', {}, { system: 'Be kind.' }))).toContain('Outcrop')
  })

  it.each([
    ['/^hel+o\\b/i', 'HELLO there', true],
    ['/^hel+o\\b/i', 'say hello', false],
    [/lo/g, 'hello', true],
    ['/usr/bin', 'look in /usr/bin', true],
  ])('matches %s against %j: %s', async (text, prompt, matches) => {
    const backend = open([{ match: { text }, reply: { text: 'Matched.' } }])
    for (let turn = 0; turn < 3; turn++) expect((await say(backend, call(prompt))) === 'Matched.').toBe(matches)
  })

  it('matches tools offered, and the results of tools', async () => {
    const backend = open([
      { match: { toolResult: '18 degrees' }, reply: { text: 'It is mild.' } },
      { match: { tools: ['weather'] }, reply: { toolCalls: [{ name: 'weather', input: { city: 'Paris' } }] } },
    ])
    const tools = [{ name: 'weather', input_schema: { type: 'object' } }]
    const first = await backend.complete(call('Weather?', {}, { tools }))
    expect(first.stop_reason).toBe('tool_use')
    expect(first.content).toEqual([
      {
        type: 'tool_use',
        id: expect.stringMatching(/^toolu_bdrk_01[1-9A-Za-z]{22}$/),
        name: 'weather',
        input: { city: 'Paris' },
      },
    ])
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '18 degrees' }] },
    ]
    expect(await say(backend, call('', {}, { tools, messages }))).toBe('It is mild.')
  })

  it('decides by a predicate and answers by a function, which see the request', async () => {
    const backend = open([
      {
        match: ({ tools, body }) => tools.length === 0 && body.max_tokens === 100,
        reply: ({ text, modelId }) => ({ text: `${modelId} heard ${text}` }),
      },
    ])
    expect(await say(backend, call('Hi'))).toBe('us.anthropic.claude-opus-4-6-v1 heard Hi')
  })

  it('gives its replies one after the other, and the last one again and again', async () => {
    const backend = open([{ replies: [{ text: 'One.' }, { text: 'Two.' }] }])
    const said = [await say(backend, call('a')), await say(backend, call('a')), await say(backend, call('a'))]
    expect(said).toEqual(['One.', 'Two.', 'Two.'])
    for (const part of backend.parts) await part.load(undefined)
    expect(await say(backend, call('a'))).toBe('One.')
  })

  it('fails after its replies when it is told to', async () => {
    const backend = open([{ name: 'twice', replies: [{ text: 'One.' }, { text: 'Two.' }], atEnd: 'fail' }])
    await say(backend, call('a'))
    await say(backend, call('a'))
    const error = await refusal(backend.complete(call('a')))
    expect(error.code).toBe('validation')
    expect(error.message).toBe('The script "twice" has given all of its 2 answers, and then fails.')
  })

  it('refuses a request that none matches when it is strict, and says which was nearest and what differed', async () => {
    const backend = open(
      [
        { name: 'far', match: { text: 'weather', wire: 'invoke' }, reply: { text: '' } },
        { name: 'near', match: { text: /bye/, wire: 'converse' }, reply: { text: 'Bye.' } },
      ],
      { strict: true },
    )
    const error = await refusal(backend.complete(call('Hello')))
    expect(error.code).toBe('validation')
    expect(error.message).toBe(
      'No script matches this request (converse, us.anthropic.claude-opus-4-6-v1, turn 1, text "Hello"). ' +
        'The nearest is "near": match.text expected /bye/, found "Hello".',
    )
  })

  it('counts first when it was added last, until a reset forgets it', async () => {
    const backend = open([{ reply: { text: 'Old.' } }])
    backend.script({ reply: { text: 'New.' } })
    expect(await say(backend, call('a'))).toBe('New.')
    for (const part of backend.parts) await part.load(undefined)
    expect(await say(backend, call('a'))).toBe('Old.')
  })

  it('is refused when it has no answer', () => {
    expect(() => open([{ name: 'empty' }])).toThrow('empty has no answer: give it a reply, replies or a fault')
  })
})

describe('a reply', () => {
  it('has thinking that the simulator knows as its own, then text, then tool calls', async () => {
    const { content } = await open([
      { reply: { thinking: 'Hm.', text: 'Let me look.', toolCalls: [{ name: 'look', id: 'toolu_1' }] } },
    ]).complete(call('a'))
    const [thinking, ...rest] = content
    expect(rest).toEqual([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
    ])
    expect(thinking).toMatchObject({ type: 'thinking', thinking: 'Hm.' })
    expect(thinking?.type === 'thinking' && isThinkingSignature('test', 'Hm.', thinking.signature)).toBe(true)
  })

  it('carries citations, the stop reason and the usage that it was given', async () => {
    const citation = {
      type: 'page_location' as const,
      cited_text: 'blue',
      document_index: 0,
      document_title: null,
      start_page_number: 1,
      end_page_number: 2,
    }
    const usage = { inputTokens: 7, outputTokens: 8, cacheReadInputTokens: 9, cacheWriteInputTokens: 10 }
    const backend = open([{ reply: { text: 'It is blue.', citations: [citation], stopReason: 'refusal', usage } }])
    const message = await backend.complete(call('a'))
    expect(message.content).toEqual([{ type: 'text', text: 'It is blue.', citations: [citation] }])
    expect(message.stop_reason).toBe('refusal')
    expect(message.usage).toMatchObject({
      input_tokens: 7,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 9,
      output_tokens: 8,
    })
    const events = await collect(await backend.stream(call('a')))
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 7, cache_read_input_tokens: 9 } } })
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal' }, usage: { output_tokens: 8 } })
  })

  it('is cut at max_tokens and at stop sequences, as the words of Claude are', async () => {
    const backend = open([{ reply: { text: 'One two three four five six.' } }])
    const cut = await backend.complete(call('a', {}, { max_tokens: 3 }))
    expect([cut.stop_reason, cut.content, cut.usage.output_tokens]).toEqual([
      'max_tokens',
      [{ type: 'text', text: 'One two three' }],
      3,
    ])
    const stopped = await backend.complete(call('a', {}, { stop_sequences: [' four'] }))
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: ' four' })
  })

  it('comes at its own pace', async () => {
    const waits: number[] = []
    let clock = 0
    const slow = createSimulator({
      seed: 'test',
      pace: { tokensPerSecond: 0, firstTokenMs: 0 },
      now: () => clock,
      sleep: (milliseconds) => {
        waits.push(milliseconds)
        clock += milliseconds
        return Promise.resolve()
      },
    })
    const backend = open([{ reply: { text: 'One two', pace: { firstTokenMs: 500, tokensPerSecond: 10 } } }], {
      simulator: slow,
    })
    await collect(await backend.stream(call('a')))
    expect(waits).toEqual([500, 100])
  })
})

const weather = [{ name: 'weather', input_schema: { type: 'object' } }]
const withResult = (content: string, is_error = false): Partial<MessagesRequest> => ({
  tools: weather,
  messages: [
    { role: 'user', content: 'Weather?' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content, is_error }] },
  ],
})

describe('conditions of a script', () => {
  it('want every one of several texts, and say which is missing', async () => {
    const backend = open([{ match: { text: ['red', /blue/i] }, reply: { text: 'Both.' } }], { strict: true })
    expect(await say(backend, call('red and Blue'))).toBe('Both.')
    expect((await refusal(backend.complete(call('red and green')))).message).toContain(
      'match.text expected /blue/i, found "red and green"',
    )
  })

  it('ask a tool’s result for its tool, its text and whether it failed', async () => {
    const backend = open(
      [
        { match: { toolResult: { tool: 'weather', failed: true } }, reply: { text: 'It failed.' } },
        { match: { toolResult: { text: ['18', 'degrees'], failed: false } }, reply: { text: 'Mild.' } },
      ],
      { strict: true },
    )
    expect(await say(backend, call('', {}, withResult('no such place', true)))).toBe('It failed.')
    expect(await say(backend, call('', {}, withResult('18 degrees')))).toBe('Mild.')
    expect((await refusal(backend.complete(call('', {}, withResult('19 degrees'))))).message).toContain(
      'match.toolResult expected of weather, failed, found weather "19 degrees"',
    )
  })

  it('count the calls that meet the others, and pass a script over that has answered often enough', async () => {
    const backend = open([
      { match: { text: 'a', call: [2, 4] }, reply: { text: 'Even.' } },
      { match: { text: 'a' }, times: 2, reply: { text: 'Twice.' } },
      { reply: { text: 'Else.' } },
    ])
    const said: string[] = []
    for (const text of ['a', 'b', 'a', 'a', 'a', 'a']) said.push(await say(backend, call(text)))
    expect(said).toEqual(['Twice.', 'Else.', 'Even.', 'Twice.', 'Even.', 'Else.'])
    for (const part of backend.parts) await part.load(undefined)
    expect(await say(backend, call('a'))).toBe('Twice.')
  })

  it('say on a miss that it was another call’s turn', async () => {
    const backend = open([{ name: 'once', match: { text: 'a', call: 2 }, reply: { text: 'Now.' } }], { strict: true })
    expect((await refusal(backend.complete(call('a')))).message).toMatch(
      /The nearest is "once": match\.call expected 2, found 1\.$/,
    )
    expect(await say(backend, call('a'))).toBe('Now.')
    const spent = open([{ name: 'spent', times: 1, reply: { text: 'One.' } }], { strict: true })
    await spent.complete(call('a'))
    expect((await refusal(spent.complete(call('a')))).message).toMatch(
      /The nearest is "spent": times: it has answered 1 of 1\.$/,
    )
  })

  it('are refused with a fault that there is not, when the script is written', () => {
    // @ts-expect-error what a script in JavaScript may say
    const script: Script = { name: 'typo', fault: 'throtled' }
    expect(() => open([]).script(script)).toThrow(
      /^typo asks for the fault "throtled": did you mean throttled\? The faults are accessDenied/,
    )
  })
})

describe('blocks of a script', () => {
  it('may be thoughts that nobody may read, sealed as the simulator’s own', async () => {
    const backend = open([{ reply: { redactedThinking: 'Hm.', text: 'So.' } }])
    expect((await backend.complete(call('a'))).content).toEqual([
      { type: 'redacted_thinking', data: sealThinking('test', 'Hm.') },
      { type: 'text', text: 'So.' },
    ])
    const own = open([{ reply: { content: [{ type: 'redacted_thinking', data: 'EmwK' }] } }])
    expect((await own.complete(call('a'))).content).toEqual([{ type: 'redacted_thinking', data: 'EmwK' }])
  })

  it('may be none at all, as in a refusal, which newer models explain', async () => {
    const newer = findModel('anthropic.claude-opus-4-8')
    if (newer === undefined) throw new Error('The catalogue lost Claude Opus 4.8')
    const backend = open([{ reply: { content: [], stopReason: 'refusal' } }])
    expect(await backend.complete(call('a', { model: newer }))).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: null },
    })
    const events = await collect(await backend.stream(call('a', { model: newer })))
    expect(events.map(({ type }) => type)).toEqual(['message_start', 'message_delta', 'message_stop'])
    expect(events[1]).toMatchObject({ delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' } } })
  })

  it('may have an input that is no JSON, which a stream says as it is', async () => {
    const inputText = '{"city": "Par'
    const backend = open([{ reply: { toolCalls: [{ name: 'weather', inputText }] } }])
    expect((await backend.complete(call('a'))).content).toMatchObject([{ type: 'tool_use', input: {} }])
    let json = ''
    for (const event of await collect(await backend.stream(call('a')))) {
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') {
        json += event.delta.partial_json
      }
    }
    expect(json).toBe(inputText)
    const whole = open([{ reply: { toolCalls: [{ name: 'weather', inputText: '{ "city":  "Paris" }' }] } }])
    expect((await whole.complete(call('a'))).content).toMatchObject([{ input: { city: 'Paris' } }])
  })

  it('keep thoughts to themselves when the caller wants none shown', async () => {
    const backend = open([{ reply: { thinking: 'Hm.', text: 'So.' } }])
    const asked = call('a', {}, { thinking: { type: 'adaptive', display: 'omitted' } })
    const [thinking] = (await backend.complete(asked)).content
    expect(thinking).toMatchObject({ type: 'thinking', thinking: '' })
    expect(thinking?.type === 'thinking' && isThinkingSignature('test', '', thinking.signature)).toBe(true)
  })
})

describe('a fault', () => {
  it.each([
    ['throttled', 'throttled', 'Too many requests, please wait before trying again.'],
    ['ThrottlingException', 'throttled', 'Too many requests, please wait before trying again.'],
    ['AccessDeniedException', 'accessDenied', "You don't have access to the model with the specified model ID."],
    ['ServiceUnavailableException', 'unavailable', 'Bedrock is unable to process your request.'],
  ] as const)('%s refuses the call', async (kind, code, message) => {
    const backend = open([{ fault: kind }])
    for (const asked of [backend.complete(call('a')), backend.stream(call('a'))]) {
      const error = await refusal(asked)
      expect([error.code, error.message, error instanceof AskedFailure]).toEqual([code, message, true])
    }
  })

  it('says what its author wants said', async () => {
    const backend = open([{ fault: { kind: 'modelError', message: 'Out of ink.' } }])
    const error = await refusal(backend.complete(call('a')))
    expect([error.code, error.message, error.members]).toEqual([
      'modelError',
      'Out of ink.',
      { originalStatusCode: 500, resourceName: 'us.anthropic.claude-opus-4-6-v1' },
    ])
  })

  it('comes first and goes away in a sequence, as for a client that tries again', async () => {
    const backend = open([{ replies: [{ fault: 'throttled' }, { fault: 'unavailable' }, { text: 'At last.' }] }])
    expect((await refusal(backend.complete(call('a')))).code).toBe('throttled')
    expect((await refusal(backend.complete(call('a')))).code).toBe('unavailable')
    expect(await say(backend, call('a'))).toBe('At last.')
  })

  it('drops the connection before the answer', async () => {
    const backend = open([{ fault: 'drop' }])
    await expect(backend.complete(call('a'))).rejects.toBeInstanceOf(ConnectionDropped)
    await expect(backend.stream(call('a'))).rejects.toBeInstanceOf(ConnectionDropped)
  })

  it.each<[Fault, object]>([
    [{ kind: 'half-frame' }, { after: 2, breaks: { kind: 'half-frame' } }],
    [
      { kind: 'bad-crc', after: 5 },
      { after: 5, breaks: { kind: 'bad-crc' } },
    ],
    [
      { kind: 'drop', after: 3 },
      { after: 3, breaks: { kind: 'drop' } },
    ],
    [
      { kind: 'internal', after: 1 },
      { after: 1, breaks: { kind: 'exception', error: { code: 'internal' } } },
    ],
  ])('%j breaks the stream of the answer', async (fault, expected) => {
    const events = await open([{ reply: { text: 'Hi.', fault } }]).stream(call('a'))
    expect(events.fault).toMatchObject(expected)
    expect(await collect(events)).toHaveLength(7)
  })

  it('leaves a whole answer alone when only a stream can have it', async () => {
    expect(await say(open([{ reply: { text: 'Hi.', fault: 'bad-crc' } }]), call('a'))).toBe('Hi.')
  })

  it('stalls a stream for as long as it says, or until nobody waits', async () => {
    const waits: number[] = []
    const sleep = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds)
      return Promise.resolve()
    }
    const { fault } = await open([{ fault: { kind: 'stall', ms: 1234 } }], { sleep }).stream(call('a'))
    if (fault?.breaks.kind !== 'stall') throw new Error('expected a stall')
    await fault.breaks.wait()
    expect(waits).toEqual([1234])
  })
})

describe('a plain request', () => {
  it.each([
    ['Please outcrop:fault=throttled now', 'throttled'],
    ['outcrop:fault=ModelTimeoutException.', 'modelTimeout'],
    ['outcrop:fault=internal,after=3 and more', 'internal'],
  ])('asks for a fault in its text: %s', async (text, code) => {
    expect((await refusal(open([]).complete(call(text)))).code).toBe(code)
  })

  it('asks for a fault in a header', async () => {
    const headers = { 'x-outcrop-fault': 'half-frame, after=4' }
    const { fault } = await open([]).stream(call('Hi', { headers }))
    expect(fault).toEqual({ after: 4, breaks: { kind: 'half-frame' } })
  })

  it('is told the kinds when it names none of them', async () => {
    const typo = await refusal(open([]).complete(call('outcrop:fault=throtled')))
    expect(typo.message).toMatch(
      /^outcrop:fault "throtled" names no fault: did you mean throttled\? The faults are accessDenied, .*, truncated-body\.$/,
    )
    const setting = await refusal(open([]).complete(call('Hi', { headers: { 'x-outcrop-fault': 'drop,soon' } })))
    expect(setting.message).toBe(
      'x-outcrop-fault: expected after=NUMBER, ms=NUMBER or retry-after=NUMBER, found "soon"',
    )
  })

  it('asks only in its last turn', async () => {
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'outcrop:fault=throttled' },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: [{ type: 'text', text: 'Fine.' }] },
    ]
    expect(await say(open([]), call('', {}, { messages }))).toContain('Outcrop')
  })

  it('asks in vain where requests may not ask', async () => {
    const headers = { 'x-outcrop-fault': 'drop' }
    const backend = open([], { faultsOnRequest: false })
    expect(await say(backend, call('outcrop:fault=throttled', { headers }))).toContain('Outcrop')
  })

  it('may be refused a count of its tokens too', async () => {
    expect((await refusal(Promise.resolve(open([]).countTokens(call('outcrop:fault=throttled'))))).code).toBe(
      'throttled',
    )
  })
})

const outcomes = async (backend: ReturnType<typeof open>): Promise<string> => {
  const all: string[] = []
  for (let turn = 0; turn < 40; turn++) {
    all.push(
      await backend.complete(call('a')).then(
        () => '.',
        (cause: unknown) => (cause instanceof GatewayError ? (cause.code[0] ?? '') : '?'),
      ),
    )
  }
  return all.join('')
}

describe('faults by chance', () => {
  it('come as often as the rate says, and the same with the same seed', async () => {
    const chance = { rate: 0.5, kinds: ['throttled', 'unavailable'], seed: 'one' } as const
    const backend = open([], { chance })
    const first = await outcomes(backend)
    const faults = first.replaceAll('.', '')
    expect(faults.length).toBeGreaterThan(10)
    expect(faults.length).toBeLessThan(30)
    expect(new Set(faults)).toEqual(new Set(['t', 'u']))
    for (const part of backend.parts) await part.load(undefined)
    expect(await outcomes(backend)).toBe(first)
    expect(await outcomes(open([], { chance: { ...chance, seed: 'two' } }))).not.toBe(first)
  })

  it('never come at rate 0 and always at rate 1', async () => {
    expect(await outcomes(open([]))).toBe('.'.repeat(40))
    expect(await outcomes(open([], { chance: { rate: 1, kinds: ['throttled'], seed: 'x' } }))).toBe('t'.repeat(40))
  })
})

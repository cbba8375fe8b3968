import { findModel, GatewayError, type MessagesRequest, type MessageStreamEvent } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { AskedFailure, ConnectionDropped, type Fault } from '../../faults.ts'
import type { Script } from '../../script.ts'
import type { BackendCall } from '../backend.ts'
import { createSimulator } from '../simulator/simulator.ts'
import { isThinkingSignature } from '../simulator/thinking.ts'
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
    backend.reset()
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
    backend.reset()
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
    backend.reset()
    expect(await outcomes(backend)).toBe(first)
    expect(await outcomes(open([], { chance: { ...chance, seed: 'two' } }))).not.toBe(first)
  })

  it('never come at rate 0 and always at rate 1', async () => {
    expect(await outcomes(open([]))).toBe('.'.repeat(40))
    expect(await outcomes(open([], { chance: { rate: 1, kinds: ['throttled'], seed: 'x' } }))).toBe('t'.repeat(40))
  })
})

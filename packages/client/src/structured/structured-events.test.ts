import type { JsonObject } from '@outcrop/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPartialMessage } from '../reliability/partial-message.ts'
import { BedrockStreamError } from '../reliability/stream-errors.ts'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { textAt } from './json-values.ts'
import { planStructuredOutput } from './plan-structured-output.ts'

const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const asked = {
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Where?' }],
  output_config: { format: { type: 'json_schema', schema } },
}
const weather = { name: 'get_weather', input_schema: { type: 'object' } }

/** Runs events through the plan of a body, with the answers to repairs; gives what is passed on and what was asked. */
async function run(body: JsonObject, model: string, ...streams: ReadonlyArray<readonly JsonObject[]>) {
  const plan = planStructuredOutput(body, { model: { anthropicName: model }, wire: 'invoke', betas: [] })
  if (plan === undefined) throw new Error('no plan')
  const repairs: JsonObject[] = []
  const [first = [], second = []] = streams
  const passed: unknown[] = []
  const ask = async (repair: JsonObject) => {
    repairs.push(repair)
    return stream(second)
  }
  let error: unknown
  try {
    for await (const { name, data } of plan.events(stream(first), {
      ask,
      source: { region: 'us-east-1', requestId: 'r' },
    })) {
      const event = JSON.parse(data) as JsonObject
      expect(event['type']).toBe(name)
      passed.push(event)
    }
  } catch (thrown) {
    error = thrown
  }
  return { passed, repairs, error }
}

async function* stream(events: readonly JsonObject[]): AsyncGenerator<WireEvent> {
  for (const event of events) yield { name: textAt(event, 'type'), data: JSON.stringify(event) }
}

const begin = { type: 'message_start', message: { id: 'm', usage: { input_tokens: 10, output_tokens: 1 } } }
const stop = { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 10 } }
const ping = { type: 'ping' }
const end = (stop_reason: string) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage: { output_tokens: 7 },
})
const block = (index: number, content_block: JsonObject, ...deltas: readonly JsonObject[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
]
const text = (index: number, ...pieces: readonly string[]) =>
  block(index, { type: 'text', text: '' }, ...pieces.map((piece) => ({ type: 'text_delta', text: piece })))
const call = (index: number, name: string, ...pieces: readonly string[]) =>
  block(
    index,
    { type: 'tool_use', id: 't', name, input: {} },
    ...pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  )
const thinking = (index: number) =>
  block(
    index,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'Hm.' },
    { type: 'signature_delta', signature: 'c2ln' },
  )

describe('a streamed answer by a forced tool', () => {
  it('is passed on as text, piece by piece', async () => {
    const { passed } = await run(asked, 'claude-opus-5', [
      begin,
      ping,
      ...call(0, 'give_answer', '', '{"ci', 'ty": "Paris"}'),
      end('tool_use'),
      stop,
    ])
    expect(passed).toEqual([begin, ping, ...text(0, '{"ci', 'ty": "Paris"}'), end('end_turn'), stop])
  })

  it('leaves the words before it out, and closes their place', async () => {
    const { passed } = await run({ ...asked, tools: [weather] }, 'claude-opus-5', [
      begin,
      ...text(0, 'Let me', ' see.'),
      ...call(1, 'get_weather', '{}'),
      ...call(2, 'give_answer', '{"city":"P"}'),
      end('tool_use'),
    ])
    expect(passed).toEqual([begin, ...call(0, 'get_weather', '{}'), ...text(1, '{"city":"P"}'), end('tool_use')])
  })

  it('is an error at its end when it is wrong, because it is out', async () => {
    const { passed, repairs, error } = await run(asked, 'claude-opus-5', [
      begin,
      ...call(0, 'give_answer'),
      end('tool_use'),
      stop,
    ])
    expect(repairs).toEqual([])
    expect(passed).toEqual([begin, ...text(0, '{}')])
    expect(error).toBeInstanceOf(BedrockStreamError)
    expect(error).toMatchObject({
      partial: { content: [{ type: 'text', text: '{}' }] },
      failure: {
        status: 422,
        type: 'api_error',
        region: 'us-east-1',
        requestId: 'r',
        retryable: false,
        message: [
          'The input of the tool give_answer does not fit its JSON Schema:',
          '- the value must have the member "city"',
          'What came: {}',
          'It was streamed as it came, so that it could not be asked for again. Make the schema simpler, describe its members, allow more max_tokens, or ask another model.',
        ].join('\n'),
      },
    })
  })

  it('is asked for again when it came in words that are no JSON', async () => {
    const { passed, repairs } = await run(
      asked,
      'claude-opus-5',
      [begin, ...text(0, 'In Paris.'), end('end_turn'), stop],
      [begin, ...call(0, 'give_answer', '{"city":"P"}'), end('tool_use'), stop],
    )
    expect(repairs).toHaveLength(1)
    expect(passed).toEqual([
      begin,
      ...text(0, '{"city":"P"}'),
      { ...end('end_turn'), usage: { input_tokens: 20, output_tokens: 14 } },
      stop,
    ])
  })

  it('ends as far as it came when it is cut', async () => {
    const events = [begin, ...call(0, 'give_answer', '{"ci'), end('max_tokens'), stop]
    expect((await run(asked, 'claude-opus-5', events)).passed).toEqual([
      begin,
      ...text(0, '{"ci'),
      end('max_tokens'),
      stop,
    ])
  })
})

describe('a streamed answer to a schema in the prompt', () => {
  it('is held back until it is whole, and then is its JSON', async () => {
    const events = [begin, ...thinking(0), ...text(1, '```json\n{"city":', ' "P"}\n```'), end('end_turn'), stop]
    expect((await run(asked, 'claude-fable-5', events)).passed).toEqual([
      begin,
      ...thinking(0),
      ...text(1, '{"city": "P"}'),
      end('end_turn'),
      stop,
    ])
  })

  it('is asked for again with thoughts and words, and the second thoughts are left out', async () => {
    const { passed, repairs } = await run(
      asked,
      'claude-fable-5',
      [begin, ...thinking(0), ...text(1, 'Paris'), end('end_turn'), stop],
      [begin, ...thinking(0), ...text(1, '{"city":"P"}'), end('end_turn'), stop],
    )
    expect(repairs[0]?.['messages']).toEqual([
      ...asked.messages,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'text', text: 'Paris' },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'text', text: expect.stringContaining('must be JSON, and is none') as string }],
      },
    ])
    expect(passed).toEqual([
      begin,
      ...thinking(0),
      ...text(1, '{"city":"P"}'),
      { ...end('end_turn'), usage: { input_tokens: 20, output_tokens: 14 } },
      stop,
    ])
  })

  it('is an error when it is wrong twice', async () => {
    const wrong = [begin, ...text(0, '{}'), end('end_turn'), stop]
    const { passed, error } = await run(asked, 'claude-fable-5', wrong, wrong)
    expect(passed).toEqual([begin])
    expect(error).toMatchObject({ failure: { message: expect.stringContaining('answered wrongly again') as string } })
  })

  it('ends as far as it came when it is refused', async () => {
    const events = [begin, ...text(0, 'I will ', 'not.'), end('refusal'), stop]
    expect((await run(asked, 'claude-fable-5', events)).passed).toEqual([
      begin,
      ...text(0, 'I will not.'),
      end('refusal'),
      stop,
    ])
  })
})

describe('a streamed answer with strict tools', () => {
  const strict = {
    max_tokens: 9,
    messages: asked.messages,
    tools: [{ name: 'go', strict: true, input_schema: schema }],
  }

  it('is passed on as it is, words too', async () => {
    const events = [begin, ...text(0, 'Let me', ' go.'), ...call(1, 'go', '{"city":"P"}'), end('tool_use'), stop]
    expect((await run(strict, 'claude-opus-5', events)).passed).toEqual(events)
  })

  it('is an error at its end when a call is wrong', async () => {
    const events = [begin, ...call(0, 'go', '{"city":'), end('tool_use'), stop]
    const { passed, error } = await run(strict, 'claude-opus-5', events)
    expect(passed).toEqual(events.slice(0, -2))
    expect(error).toMatchObject({
      failure: {
        message: expect.stringMatching(/^The input of the tool go does not fit[^]*must be an object/) as string,
      },
    })
  })
})

/** Words in three pieces. */
const pieces = (words: string, cuts: readonly number[]) => {
  const [one = 0, two = 0] = cuts.map((cut) => cut % (words.length + 1)).sort((a, b) => a - b)
  return [words.slice(0, one), words.slice(one, two), words.slice(two)]
}

const isWritten = ({ type, text: written }: JsonObject): boolean => type !== 'text' || written !== ''

describe('a streamed answer of any kind', () => {
  const cuts = fc.tuple(fc.nat(50), fc.nat(50))
  const words = fc.constantFrom(
    '',
    'Paris',
    '{"city": "P"}',
    'So: {"city": "P"}.',
    '{"city": 1}',
    '```json\n{"city":"P"}\n```',
  )
  const input = fc.constantFrom<JsonObject>({ city: 'P' }, { city: 1 }, {})
  const name = fc.constantFrom('give_answer', 'get_weather')
  const anyBlock = fc.oneof(
    fc.tuple(words, cuts).map(([text, at]) => ({
      whole: { type: 'text', text },
      start: { type: 'text', text: '' },
      deltas: pieces(text, at).map((piece) => ({ type: 'text_delta', text: piece })),
    })),
    fc.tuple(name, input, cuts).map(([tool, given, at]) => ({
      whole: { type: 'tool_use', id: 't', name: tool, input: given },
      start: { type: 'tool_use', id: 't', name: tool, input: {} },
      deltas: pieces(JSON.stringify(given), at).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    })),
    fc.constant({
      whole: { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking: 'Hm.' },
        { type: 'signature_delta', signature: 'c2ln' },
      ],
    }),
  )
  it('comes to the same message as the whole one', async () => {
    const body = { ...asked, tools: [weather] }
    const kinds = new Set<string>()
    const model = fc.constantFrom('claude-opus-5', 'claude-fable-5')
    const stopReason = fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'refusal')
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyBlock, { maxLength: 4 }),
        stopReason,
        model,
        async (blocks, stop_reason, anthropicName) => {
          const plan = planStructuredOutput(body, { model: { anthropicName }, wire: 'invoke', betas: [] })
          const whole = plan?.read({ content: blocks.map((one) => one.whole), stop_reason })
          const events = blocks.flatMap(({ start, deltas }, index) => block(index, start, ...deltas))
          const { passed, repairs, error } = await run(body, anthropicName, [begin, ...events, end(stop_reason), stop])
          kinds.add(error === undefined ? (whole?.kind ?? '') : 'failed')
          // A stream that is out cannot be asked for again; one that is not is, and then had no second answer here.
          expect(whole?.kind === 'repair').toBe(error !== undefined || repairs.length === 1)
          if (whole?.kind !== 'done') return
          expect(error).toBeUndefined()
          const folded = createPartialMessage()
          for (const event of passed as JsonObject[]) {
            folded.add({ name: textAt(event, 'type'), data: JSON.stringify(event) })
          }
          expect(folded.read()?.content.filter(isWritten)).toEqual(
            (whole.message['content'] as readonly JsonObject[]).filter(isWritten),
          )
          expect(passed.at(-2)).toMatchObject({ delta: { stop_reason: whole.message['stop_reason'] } })
        },
      ),
      { numRuns: 500 },
    )
    expect(kinds).toEqual(new Set(['done', 'repair', 'failed']))
  })
})

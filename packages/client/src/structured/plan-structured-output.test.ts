import type { JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { planStructuredOutput, type StructuredContext } from './plan-structured-output.ts'
import type { StructuredPlan } from './structured-plan.ts'

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
}
const format = { type: 'json_schema', schema }
const messages = [{ role: 'user', content: 'How long in Paris?' }]
const asked = { max_tokens: 100, messages, output_config: { format, effort: 'low' } }
const weather = { name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }

const on = (anthropicName: string): StructuredContext => ({ model: { anthropicName }, wire: 'invoke', betas: [] })

function plan(body: JsonObject, model: string): StructuredPlan {
  const found = planStructuredOutput(body, on(model))
  if (found === undefined) throw new Error(`${model} takes it as it is`)
  return found
}

const promptText = `Answer with one JSON value that this JSON Schema accepts, and with nothing else: no explanation before or after it, no code fence.\n${JSON.stringify(schema)}`

describe('planStructuredOutput', () => {
  it.each(['claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'claude-opus-5-5', 'claude-haiku-5-5'])(
    'leaves a body as it is for %s, which the table does not say to refuse it',
    (model) => {
      expect(planStructuredOutput(asked, on(model))).toBeUndefined()
    },
  )

  it('leaves a body that asks for no structure as it is', () => {
    expect(
      planStructuredOutput({ max_tokens: 1, messages, output_config: { effort: 'low' } }, on('claude-opus-5')),
    ).toBe(undefined)
  })

  it('forces a tool on a model that may be forced, without thinking', () => {
    const { way, body, warnings } = plan(asked, 'claude-sonnet-5')
    expect(way).toBe('tool')
    expect(body).toEqual({
      max_tokens: 100,
      messages,
      output_config: { effort: 'low' },
      tools: [
        {
          name: 'give_answer',
          description:
            'Gives the user the final answer, as the JSON they asked for. Call it once, when nothing else is left to do.',
          input_schema: schema,
        },
      ],
      tool_choice: { type: 'tool', name: 'give_answer' },
      thinking: { type: 'disabled' },
    })
    expect(warnings).toEqual([
      'claude-sonnet-5 refuses output_config.format: it answers by a tool that is forced on it, without thinking',
    ])
  })

  it('takes the older spelling, and says nothing of thinking to a model that has no switch for it', () => {
    const { way, body } = plan({ max_tokens: 100, messages, output_format: format }, 'claude-3-5-sonnet-20240620')
    expect(way).toBe('tool')
    expect(Object.keys(body)).toEqual(['max_tokens', 'messages', 'tools', 'tool_choice'])
  })

  it.each<readonly [string, JsonObject, string]>([
    ['the caller wants it to think', { thinking: { type: 'adaptive' } }, 'claude-opus-5'],
    ['the caller forces a tool of theirs', { tools: [weather], tool_choice: { type: 'any' } }, 'claude-opus-5'],
    ['the model refuses to be forced', {}, 'claude-fable-5-1'],
    ['the model thinks always', {}, 'claude-fable-5'],
  ])('puts the schema into the prompt where %s', (_why, more, model) => {
    const { way, body } = plan({ ...asked, ...more }, model)
    expect(way).toBe('prompt')
    expect(body).toMatchObject({ output_config: { effort: 'low' }, messages, ...more })
    expect(body['tools']).toEqual(more['tools'])
  })

  it.each<readonly [string, JsonObject]>([
    ['a list', { type: 'array', items: { type: 'string' } }],
    ['a choice', { type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] }],
  ])('puts a schema into the prompt that is %s at its top, which no tool takes', (_name, other) => {
    expect(
      plan({ ...asked, output_config: { format: { type: 'json_schema', schema: other } } }, 'claude-opus-5').way,
    ).toBe('prompt')
  })

  it('follows a reference at the top of a schema', () => {
    const recursive = { $ref: '#/$defs/node', $defs: { node: { type: 'object', properties: {} } } }
    const { body } = plan(
      { ...asked, output_config: { format: { type: 'json_schema', schema: recursive } } },
      'claude-opus-5',
    )
    expect(body['tools']).toMatchObject([{ input_schema: { type: 'object', properties: {}, $defs: recursive.$defs } }])
  })

  it.each<readonly [string, JsonObject, readonly JsonObject[]]>([
    ['none', {}, [{ type: 'text', text: promptText }]],
    [
      'a text',
      { system: 'Be brief.' },
      [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: promptText },
      ],
    ],
    [
      'blocks, the cached first',
      { system: [{ type: 'text', text: 'Long.', cache_control: { type: 'ephemeral' } }] },
      [
        { type: 'text', text: 'Long.', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: promptText },
      ],
    ],
  ])('adds to the system prompt where there is %s', (_name, more, system) => {
    expect(plan({ ...asked, ...more }, 'claude-fable-5-1').body['system']).toEqual(system)
  })

  it('lets the model call any tool beside the tools of the caller, under a name that is free', () => {
    const { body } = plan({ ...asked, tools: [weather, { ...weather, name: 'give_answer' }] }, 'claude-opus-5')
    expect(body['tool_choice']).toEqual({ type: 'any' })
    expect(body['tools']).toMatchObject([{ name: 'get_weather' }, { name: 'give_answer' }, { name: 'give_answer_' }])
    expect(
      plan({ ...asked, tools: [weather], tool_choice: { type: 'none' } }, 'claude-opus-5').body['tool_choice'],
    ).toEqual({ type: 'tool', name: 'give_answer' })
  })

  it('plans for what an endpoint refused although the table passes it, and for a model that it knows nothing of', () => {
    const refused = { ...on('claude-haiku-5-5'), isRefused: true }
    expect(planStructuredOutput(asked, refused)?.way).toBe('tool')
    expect(planStructuredOutput(asked, { ...refused, model: undefined })).toMatchObject({
      way: 'prompt',
      warnings: [
        'the model refuses output_config.format: the schema went into its prompt, and its answer is checked here',
      ],
    })
    expect(planStructuredOutput(asked, { ...refused, model: undefined, isRefused: false })).toBeUndefined()
  })

  it('takes the word strict from tools and checks their calls itself', () => {
    const strict = { ...weather, strict: true }
    const { way, body, warnings, read } = plan({ max_tokens: 9, messages, tools: [strict] }, 'claude-opus-5')
    expect(way).toBeUndefined()
    expect(body).toEqual({ max_tokens: 9, messages, tools: [weather] })
    expect(warnings).toEqual(['claude-opus-5 refuses strict tools: what it calls them with is checked here'])
    const right = answer([{ type: 'text', text: 'Let me look.' }, call('get_weather', { city: 'Paris' })], 'tool_use')
    expect(read(right)).toEqual({ kind: 'done', message: right, way: undefined })
    expect(read(answer([call('get_weather', { city: 1 })], 'tool_use')).kind).toBe('repair')
  })
})

const call = (name: string, input: JsonObject): JsonObject => ({ type: 'tool_use', id: `toolu_${name}`, name, input })
const answer = (content: readonly JsonObject[], stop_reason: string): JsonObject => ({
  id: 'msg_1',
  content,
  stop_reason,
  usage: {
    input_tokens: 10,
    output_tokens: 5,
    cache_creation: { ephemeral_5m_input_tokens: 1 },
    service_tier: 'standard',
  },
})

describe('a plan that forces a tool', () => {
  const { read, body } = plan(asked, 'claude-opus-5')

  it('gives the input of the tool as the text of an answer that ended', () => {
    expect(read(answer([call('give_answer', { city: 'Paris', days: 3 })], 'tool_use'))).toEqual({
      kind: 'done',
      way: 'tool',
      message: answer([{ type: 'text', text: '{"city":"Paris","days":3}' }], 'end_turn'),
    })
  })

  it('takes an answer in words where the model did not call the tool', () => {
    const read1 = read(answer([{ type: 'text', text: 'Sure: {"city": "Paris", "days": 3}' }], 'end_turn'))
    expect(read1).toMatchObject({ message: { content: [{ type: 'text', text: '{"city": "Paris", "days": 3}' }] } })
  })

  it('leaves an answer as it is that was cut or refused', () => {
    expect(read(answer([call('give_answer', { city: 'Par' })], 'max_tokens'))).toMatchObject({
      message: { content: [{ type: 'text', text: '{"city":"Par"}' }], stop_reason: 'max_tokens' },
    })
    const refused = answer([{ type: 'text', text: 'I will not.' }], 'refusal')
    expect(read(refused)).toEqual({ kind: 'done', way: 'tool', message: refused })
  })

  it('asks once more with what was wrong, and adds up what both answers took', () => {
    const wrong = call('give_answer', { city: 'Paris', days: 'three' })
    const reading = read(answer([wrong], 'tool_use'))
    if (reading.kind !== 'repair') throw new Error(reading.kind)
    expect(reading.body).toEqual({
      ...body,
      messages: [
        ...messages,
        { role: 'assistant', content: [wrong] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_give_answer',
              is_error: true,
              content:
                'The input does not fit the schema:\n- /days must be an integer, and is "three"\nCall the tool again, with all of the input, corrected.',
            },
          ],
        },
      ],
    })
    expect(reading.read(answer([call('give_answer', { city: 'Paris', days: 3 })], 'tool_use'))).toEqual({
      kind: 'done',
      way: 'tool-repaired',
      message: {
        ...answer([{ type: 'text', text: '{"city":"Paris","days":3}' }], 'end_turn'),
        usage: {
          input_tokens: 20,
          output_tokens: 10,
          cache_creation: { ephemeral_5m_input_tokens: 2 },
          service_tier: 'standard',
        },
      },
    })
    expect(reading.read(answer([wrong], 'tool_use'))).toEqual({
      kind: 'failed',
      status: 422,
      type: 'api_error',
      message: [
        'The input of the tool give_answer does not fit its JSON Schema:',
        '- /days must be an integer, and is "three"',
        'What came: {"city":"Paris","days":"three"}',
        'The model was told what was wrong, and answered wrongly again. Make the schema simpler, describe its members, allow more max_tokens, or ask another model.',
      ].join('\n'),
    })
  })
})

describe('a plan that puts the schema into the prompt', () => {
  const { read } = plan({ ...asked, tools: [weather] }, 'claude-fable-5-1')
  const thought = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }

  it('keeps thoughts, and of words the JSON alone', () => {
    const fenced = { type: 'text', text: 'Here:\n```json\n{"city": "Paris", "days": 3}\n```', citations: null }
    expect(read(answer([thought, fenced], 'end_turn'))).toMatchObject({
      way: 'prompt',
      message: { content: [thought, { type: 'text', text: '{"city": "Paris", "days": 3}' }], stop_reason: 'end_turn' },
    })
  })

  it('passes calls of the caller’s tools on without the words around them', () => {
    const using = call('get_weather', { city: 'Paris' })
    expect(read(answer([thought, { type: 'text', text: 'Let me look.' }, using], 'tool_use'))).toMatchObject({
      message: { content: [thought, using], stop_reason: 'tool_use' },
    })
  })

  it('asks once more in words, with everything that was answered behind the question', () => {
    const reading = read(answer([thought, { type: 'text', text: 'Three days.', citations: null }], 'end_turn'))
    if (reading.kind !== 'repair') throw new Error(reading.kind)
    expect(reading.body['messages']).toEqual([
      ...messages,
      { role: 'assistant', content: [thought, { type: 'text', text: 'Three days.' }] },
      {
        role: 'user',
        content: [
          {
            type: 'text',
            text: 'Your answer does not fit the JSON Schema:\n- the value must be JSON, and is none\nAnswer again with the whole JSON value, corrected, and with nothing else.',
          },
        ],
      },
    ])
    expect(reading.read(answer([{ type: 'text', text: '{"city": "P", "days": 1}' }], 'end_turn'))).toMatchObject({
      way: 'prompt-repaired',
    })
    expect(reading.read(answer([{ type: 'text', text: 'x'.repeat(600) }], 'end_turn'))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`What came: ${'x'.repeat(500)}… (600 characters)`),
    })
  })
})

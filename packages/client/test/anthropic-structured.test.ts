import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema'
import { UnprocessableEntityError } from '@outcrop/client'
import type { Outcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientOf, startStrict } from './support.ts'

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict()
})
afterAll(() => outcrop.close())
beforeEach(() => outcrop.reset())

const trip = jsonSchemaOutputFormat({
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
})
const ask = {
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: 'How long in Paris?' }],
  output_config: { format: trip },
}

describe('messages.parse', () => {
  it.each([
    ['claude-opus-4-6', 'native'],
    ['claude-sonnet-5', 'tool'],
    ['claude-opus-5', 'tool'],
  ])('gives what fits the schema, of %s by way of %s', async (model, way) => {
    const client = clientOf(outcrop, { onWarning: () => {} })
    const { parsed_output } = await client.messages.parse({ ...ask, model })
    const [city, days] = [expect.any(String) as string, expect.any(Number) as number]
    expect(parsed_output).toEqual({ city, days })
    const { response } = await client.messages.create({ ...ask, model }).withResponse()
    expect(response.headers.get('x-outcrop-structured-output')).toBe(way)
  })

  it('gives it of a model that has it in its prompt, beside thoughts, whole and streamed', async () => {
    outcrop.script({ reply: { thinking: 'Three, I think.', text: 'So:\n{"city": "Paris", "days": 3}' } })
    const client = clientOf(outcrop, { onWarning: () => {} })
    const params = { ...ask, model: 'claude-fable-5', thinking: { type: 'adaptive' as const } }
    const whole = await client.messages.parse(params)
    expect(whole.parsed_output).toEqual({ city: 'Paris', days: 3 })
    const streamed = await client.messages.stream(params).finalMessage()
    expect(streamed.parsed_output).toEqual({ city: 'Paris', days: 3 })
    expect(streamed.content.map(({ type }) => type)).toEqual(['thinking', 'text'])
  })

  it('throws what came and what was wrong with it, once', async () => {
    outcrop.script({ reply: { text: '{"city": "Paris"}' } })
    const client = clientOf(outcrop, { onWarning: () => {} })
    const error = await client.messages.parse({ ...ask, model: 'claude-fable-5' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UnprocessableEntityError)
    expect(error).toMatchObject({
      status: 422,
      type: 'api_error',
      message: expect.stringContaining(
        '- the value must have the member "days"\nWhat came: {"city": "Paris"}',
      ) as string,
    })
    expect(outcrop.calls).toHaveLength(2)
  })
})

describe('client.costOf', () => {
  const usage = { inputTokens: 1000, outputTokens: 200 }
  const hello = { max_tokens: 300, messages: [{ role: 'user' as const, content: 'Hello' }] }

  it('tells what a message costs in the scope that it was answered in, whole and streamed', async () => {
    outcrop.script({ reply: { text: 'Good day.', usage } })
    const client = clientOf(outcrop)
    const whole = await client.messages.create({ ...hello, model: 'us.anthropic.claude-opus-4-6-v1' })
    expect(client.costOf(whole)).toMatchObject({ usd: '0.011', unknown: null })
    const streamed = await client.messages.stream({ ...hello, model: 'claude-opus-4-6' }).finalMessage()
    expect(client.costOf(streamed)).toMatchObject({ usd: '0.01', unknown: null })
    expect(client.costOf({ ...whole, id: 'msg_of_somebody_else' })).toMatchObject({
      usd: null,
      unknown: 'this client does not remember how the message was asked for: use costOfMessage',
    })
  })
})

import { base64ToBytes, findModel, type JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { adaptRequest } from '../models/adapt-request.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { type CountQuestion, countTokensPlan, mayCountElsewhere } from './count-tokens.ts'

const now = Date.parse('2026-11-25T00:00:00Z')
const hello: JsonObject = { messages: [{ role: 'user', content: 'hi é' }] }

const plan = (modelId: string, more: Partial<CountQuestion> & { readonly body?: JsonObject } = {}) => {
  const model = findModel(modelId)
  return countTokensPlan({
    modelId,
    region: 'us-east-1',
    model,
    now,
    adapt: (wire) => adaptRequest(more.body ?? hello, { model, wire, betas: [], policy: 'adapt' }),
    ...more,
  })
}

const steps = (...given: Parameters<typeof plan>) => {
  const found = plan(...given)
  if (found.kind === 'refused') throw new Error(found.message)
  return found.steps
}

const failure = (status: number, message: string, awsCode?: string): BedrockFailure => ({
  status,
  awsCode,
  type: 'api_error',
  message,
  region: 'us-east-1',
  retryable: false,
})

/** The Messages body inside of CountTokens' own. */
const countedBody = ({ input }: JsonObject): unknown => {
  const { body } = (input as { invokeModel: { body: string } }).invokeModel
  return JSON.parse(new TextDecoder().decode(base64ToBytes(body)))
}

describe('who counts the tokens of a request', () => {
  it('is CountTokens by the base id, whatever profile would be called, and mantle after it', () => {
    const [runtime, mantle] = steps('global.anthropic.claude-opus-4-8')
    expect(runtime).toMatchObject({
      wire: 'invoke',
      plane: 'runtime',
      path: '/model/anthropic.claude-opus-4-8/count-tokens',
      headers: {},
    })
    expect(countedBody(runtime?.body ?? {})).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 1,
      messages: hello['messages'],
    })
    expect(mantle).toMatchObject({
      wire: 'mantle',
      plane: 'mantle',
      path: '/anthropic/v1/messages/count_tokens',
      headers: { 'anthropic-version': '2023-06-01' },
      body: { model: 'anthropic.claude-opus-4-8', messages: hello['messages'] },
    })
  })

  it.each([
    ['global.anthropic.claude-opus-5', ['mantle']],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', ['invoke']],
    ['global.anthropic.claude-opus-4-6-v1', ['invoke']],
  ])('of %s is %j', (modelId, expected) => {
    expect(steps(modelId).map(({ wire }) => wire)).toEqual(expected)
  })

  it('is nobody for a model of profiles alone where mantle is not', () => {
    expect(steps('global.anthropic.claude-opus-5', { region: 'ap-southeast-1' })).toEqual([])
  })

  it('is nobody for an application profile, which does not say its model', () => {
    expect(steps('arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl')).toEqual([])
  })

  it('is mantle for a model that is newer than the catalogue', () => {
    const newer = { anthropicName: 'claude-opus-6' }
    expect(steps('eu.anthropic.claude-opus-6', newer).map(({ path, body }) => [path, body['model']])).toEqual([
      ['/anthropic/v1/messages/count_tokens', 'anthropic.claude-opus-6'],
    ])
  })

  it('is asked for what would be sent, with room for thinking and without what the model refuses', () => {
    const body = { ...hello, temperature: 0.5, thinking: { type: 'enabled', budget_tokens: 2000 } }
    const [older] = steps('global.anthropic.claude-sonnet-4-5-20250929-v1:0', { body })
    expect(countedBody(older?.body ?? {})).toMatchObject({ max_tokens: 64_000, thinking: body.thinking })
    const [newer] = steps('global.anthropic.claude-opus-4-8', { body })
    expect(countedBody(newer?.body ?? {})).not.toHaveProperty('temperature')
    expect(newer?.warnings.length).toBeGreaterThan(0)
  })

  it('is nobody where every wire refuses the request', () => {
    const body = { ...hello, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }
    expect(plan('global.anthropic.claude-opus-4-8', { body })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('Bedrock runs no server tools') as string,
    })
  })
})

describe('an answer of who counts', () => {
  const [runtime, mantle] = steps('global.anthropic.claude-opus-4-8')

  it('is read in either dialect', () => {
    expect(runtime?.read({ inputTokens: 12 })).toEqual({ input_tokens: 12 })
    expect(mantle?.read({ input_tokens: 12, context_management: null })).toEqual({ input_tokens: 12 })
  })

  it.each([null, [], {}, { inputTokens: '12' }, { inputTokens: -1 }, { inputTokens: 1.5 }, { input_tokens: 3 }])(
    'that says no count is none: %j',
    (json) => {
      expect(runtime?.read(json)).toBeUndefined()
    },
  )
})

describe('a failure of who counts', () => {
  it.each([
    failure(400, "The provided model doesn't support counting tokens.", 'ValidationException'),
    failure(404, 'Not served.', 'UnknownOperationException'),
    failure(403, 'User: x is not authorized to perform: bedrock:CountTokens on resource: y', 'AccessDeniedException'),
  ])('leaves it to the next: $message', (found) => {
    expect(mayCountElsewhere(found)).toBe(true)
  })

  it.each([
    failure(400, 'messages: Field required', 'ValidationException'),
    failure(403, 'The security token included in the request is invalid.', 'UnrecognizedClientException'),
    failure(429, 'Too many requests', 'ThrottlingException'),
  ])('that another would have too is told: $message', (found) => {
    expect(mayCountElsewhere(found)).toBe(false)
  })
})

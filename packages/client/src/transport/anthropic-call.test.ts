import { describe, expect, it } from 'vitest'
import { readAnthropicCall } from './anthropic-call.ts'

const body = { model: 'claude-opus-4-6', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }

describe('a request of Anthropic’s API', () => {
  it('is read, with all that is not of the prompt apart from it', () => {
    const call = readAnthropicCall({
      method: 'POST',
      url: 'https://gateway.example/prefix/v1/messages?beta=true',
      headers: {
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'a-2025-01-01, b-2025-01-01',
        'x-stainless-retry-count': '1',
      },
      body: JSON.stringify({
        ...body,
        stream: true,
        anthropic_beta: ['b-2025-01-01', 'c-2025-01-01'],
        bedrock: { serviceTier: 'priority' },
      }),
    })
    expect(call).toEqual({
      operation: 'messages',
      body: {
        max_tokens: 8,
        messages: [{ role: 'user', content: 'Hi' }],
        anthropic_beta: ['b-2025-01-01', 'c-2025-01-01'],
      },
      model: 'claude-opus-4-6',
      stream: true,
      betas: ['a-2025-01-01', 'b-2025-01-01'],
      version: '2023-06-01',
      bedrock: { serviceTier: 'priority' },
      query: new URLSearchParams('beta=true'),
      repeat: 1,
    })
  })

  it.each([
    ['text', JSON.stringify(body)],
    ['bytes', new TextEncoder().encode(JSON.stringify(body))],
    ['an object', body],
  ])('is read from %s alike', (_, given) => {
    expect(readAnthropicCall({ method: 'POST', url: '/v1/messages', body: given })).toMatchObject({
      operation: 'messages',
      model: 'claude-opus-4-6',
      body: { max_tokens: 8 },
      stream: false,
      repeat: undefined,
    })
  })

  it.each([
    ['POST', '/v1/messages/count_tokens', 'countTokens', ''],
    ['GET', '/v1/models?limit=5', 'listModels', ''],
    [
      'GET',
      '/v1/models/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0',
      'retrieveModel',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
  ])('%s %s is %s', (method, url, operation, model) => {
    const call = readAnthropicCall({ method, url, ...(method === 'POST' && { body: '{}' }) })
    expect(call).toMatchObject({ operation, model })
  })
})

describe('what is none', () => {
  it.each([
    [
      'a path that Bedrock has not',
      { method: 'POST', url: '/v1/files' },
      404,
      'Bedrock has nothing at /v1/files: it has /v1/messages, /v1/messages/count_tokens, /v1/messages/batches and /v1/models.',
    ],
    ['another method', { method: 'GET', url: '/v1/messages' }, 405, '/v1/messages takes POST, not GET.'],
    ['no body', { method: 'POST', url: '/v1/messages' }, 400, 'The body of /v1/messages has to be a JSON object.'],
    [
      'a list',
      { method: 'POST', url: '/v1/messages', body: '[]' },
      400,
      'The body of /v1/messages has to be a JSON object.',
    ],
    [
      'half a body',
      { method: 'POST', url: '/v1/messages', body: '{"model":' },
      400,
      'The body of /v1/messages has to be a JSON object.',
    ],
    [
      'an id that is badly escaped',
      { method: 'GET', url: '/v1/models/%ff' },
      400,
      'The model id in /v1/models/%ff is badly escaped.',
    ],
  ])('is refused: %s', (_, exchange, status, message) => {
    expect(readAnthropicCall(exchange)).toEqual({ status, message })
  })
})

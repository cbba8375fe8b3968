import { describe, expect, it } from 'vitest'
import { matchMessages } from './messages-route.ts'

const match = (method: string, rawPath: string, authorization?: string): string | undefined => {
  const route = matchMessages({ method, rawPath, headers: authorization === undefined ? {} : { authorization } })
  return route && [route.surface, route.operation, route.rawIdentifier].join(' ').trim()
}

const signedFor = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`

const batches = (headers: Record<string, string>): string | undefined =>
  matchMessages({ method: 'GET', rawPath: '/anthropic/v1/messages/batches/b', headers })?.operation

describe('matchMessages', () => {
  it.each([
    ['POST', '/anthropic/v1/messages', 'runtime CreateMessage'],
    ['POST', '/mantle/anthropic/v1/messages', 'mantle CreateMessage'],
    ['POST', '/mantle/anthropic/v1/messages/count_tokens', 'mantle CountTokens'],
    ['GET', '/mantle/v1/models', 'mantle ListModels'],
    ['POST', '/mantle/v1/chat/completions', 'mantle OpenAi'],
    ['POST', '/v1/messages', 'plain CreateMessage'],
    ['POST', '/v1/messages/count_tokens', 'plain CountTokens'],
    ['GET', '/v1/models', 'plain ListModels'],
    ['GET', '/v1/models/us.anthropic.claude%3A0', 'plain GetModel us.anthropic.claude%3A0'],
    ['DELETE', '/v1/models/x', 'plain WrongMethod x'],
    ['OPTIONS', '/v1/messages', 'plain WrongMethod'],
    ['GET', '/mantle', 'mantle Missing'],
    ['POST', '/mantle/v1/messages', 'mantle Missing'],
    ['GET', '/mantle/v1/models/anthropic.claude-opus-5', 'mantle GetModel anthropic.claude-opus-5'],
    ['POST', '/mantle/openai/v1/responses', 'mantle OpenAi'],
    ['POST', '/openai/v1/chat/completions', 'runtime OpenAi'],
    ['POST', '/v1/messages/batches', 'plain Missing'],
    ['POST', '/v1/messages/', 'plain Missing'],
    ['GET', '/v1/models/', 'plain Missing'],
    ['POST', '/v1/complete', 'plain Missing'],
    ['GET', '/anthropic/v1/messages', 'runtime Unknown'],
    ['POST', '/anthropic/v1/messages/count_tokens', 'runtime Unknown'],
    ['POST', '/anthropic/v1/messages/batches', 'runtime Unknown'],
    ['GET', '/anthropic/v1/models', 'runtime Unknown'],
    ['GET', '/openai/v1/models', 'runtime Unknown'],
  ])('finds what %s %s asks for', (method, path, expected) => {
    expect(match(method, path)).toBe(expected)
  })

  it.each([
    ['POST', '/v1'],
    ['POST', '/v1beta/models'],
    ['POST', '/mantles'],
    ['POST', '/anthropics'],
  ])('leaves %s %s to others', (method, path) => {
    expect(match(method, path)).toBeUndefined()
  })

  it('leaves the plain paths to Bedrock for callers that signed for it', () => {
    for (const path of ['/v1/messages', '/v1/messages/count_tokens', '/v1/models', '/v1/models/x', '/v1/files']) {
      expect(match('POST', path, signedFor('bedrock'))).toBeUndefined()
      expect(match('POST', path, signedFor('bedrock-mantle'))).toMatch(/^plain /)
      expect(match('POST', path, 'Bearer ABSKx')).toMatch(/^plain /)
    }
    expect(match('POST', '/anthropic/v1/messages', signedFor('bedrock'))).toBe('runtime CreateMessage')
  })

  it('tells batches that are asked with a key alone from all others', () => {
    expect(batches({ 'x-api-key': 'ABSKx' })).toBe('KeyOnBatches')
    expect(batches({ 'x-api-key': 'ABSKx', authorization: 'Bearer ABSKx' })).toBe('Unknown')
    expect(batches({})).toBe('Unknown')
  })
})

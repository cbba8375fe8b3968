import { describe, expect, it } from 'vitest'
import type { BedrockCallOptions } from '../options.ts'
import { mantle, runtimeMessages } from './messages.ts'
import { type WireAdapter, WireRefusal } from './wire-adapter.ts'

const encode = (adapter: WireAdapter, bedrock: BedrockCallOptions) =>
  adapter.encode({
    body: { max_tokens: 9, messages: [] },
    modelId: 'anthropic.claude-opus-4-8',
    stream: true,
    betas: ['a', 'b'],
    anthropicVersion: '2023-06-01',
    bedrock,
  })

describe('what a call asks of Bedrock', () => {
  const all = { serviceTier: 'flex', latency: 'optimized', requestMetadata: { team: 'a' }, trace: 'enabled' } as const

  it('is in headers on the runtime', () => {
    expect(encode(runtimeMessages, { ...all, guardrail: { identifier: 'g', version: '1' } })).toEqual({
      path: '/anthropic/v1/messages',
      headers: {
        accept: 'text/event-stream',
        'anthropic-beta': 'a,b',
        'anthropic-version': '2023-06-01',
        'x-amzn-bedrock-guardrailidentifier': 'g',
        'x-amzn-bedrock-guardrailversion': '1',
        'x-amzn-bedrock-performanceconfig-latency': 'optimized',
        'x-amzn-bedrock-request-metadata': '{"team":"a"}',
        'x-amzn-bedrock-service-tier': 'flex',
        'x-amzn-bedrock-trace': 'ENABLED',
      },
      body: { model: 'anthropic.claude-opus-4-8', max_tokens: 9, messages: [], stream: true },
      warnings: [],
    })
  })

  it('is warned of on the runtime where Messages has no place for it', () => {
    const guardrail = { identifier: 'g', version: '1', streamProcessingMode: 'async' } as const
    expect(encode(runtimeMessages, { guardrail }).warnings).toEqual([
      'bedrock.guardrail.streamProcessingMode: Messages has no place for it: it was left out. The wires "invoke" and "converse" have one.',
    ])
  })

  it('is warned of on mantle, which has none of it', () => {
    const { headers, warnings } = encode(mantle, all)
    expect(Object.keys(headers)).toEqual(['anthropic-version', 'anthropic-beta', 'accept'])
    expect(warnings).toEqual([
      'bedrock.trace: mantle has no place for it: it was left out.',
      'bedrock.serviceTier: mantle has no place for it: it was left out.',
      'bedrock.latency: mantle has no place for it: it was left out.',
      'bedrock.requestMetadata: mantle has no place for it: it was left out.',
    ])
  })

  it('never goes to mantle unguarded when it names a guardrail', () => {
    expect(() => encode(mantle, { guardrail: { identifier: 'g', version: '1' } })).toThrow(
      new WireRefusal('bedrock.guardrail: mantle has no guardrails. Choose the wire "invoke" or "converse".'),
    )
  })
})

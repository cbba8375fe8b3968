import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { type AnthropicContext, parseAnthropicRequest, readAnthropicEnvelope } from './parse-anthropic-request.ts'

const found = findModel('anthropic.claude-opus-4-6-v1')
if (found === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
const model = found
const context: AnthropicContext = { model, fidelity: 'aws', surface: 'runtime', betas: [], isCounting: false }

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const base = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

function parse(fields: object, changes: Partial<AnthropicContext> = {}) {
  return parseAnthropicRequest(readAnthropicEnvelope(encode({ ...base, ...fields })), { ...context, ...changes })
}

function complaint(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('expected a refusal')
}

describe('readAnthropicEnvelope', () => {
  it('tells the model and whether to stream, and leaves the rest', () => {
    expect(readAnthropicEnvelope(encode({ ...base, stream: true }))).toEqual({
      model: 'm',
      stream: true,
      fields: { max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] },
    })
    expect(readAnthropicEnvelope(encode(base)).stream).toBe(false)
    expect(readAnthropicEnvelope(encode({ ...base, stream: null })).stream).toBe(false)
  })

  it.each([
    [{ max_tokens: 1 }, 'validation: model: Field required'],
    [{ model: 7 }, 'validation: model: Input should be a valid string'],
    [{ model: '' }, 'validation: model: String should have at least 1 character'],
    [{ model: 'm', stream: 'yes' }, 'validation: stream: Input should be a valid boolean'],
    [[], 'validation: The request body is not valid JSON'],
    ['{', 'validation: The request body is not valid JSON'],
  ])('refuses %j', (value, expected) => {
    expect(complaint(() => readAnthropicEnvelope(encode(value)))).toBe(expected)
  })

  it('refuses bytes that are no JSON', () => {
    expect(complaint(() => readAnthropicEnvelope(new Uint8Array([0x7b, 0xff])))).toBe(
      'validation: The request body is not valid JSON',
    )
  })
})

describe('parseAnthropicRequest', () => {
  it('needs no anthropic_version, and takes Bedrock’s', () => {
    expect(parse({}).anthropic_version).toBe('bedrock-2023-05-31')
    expect(parse({ anthropic_version: 'bedrock-2023-05-31' }).messages).toEqual([{ role: 'user', content: 'Hi' }])
  })

  it('refuses in Anthropic’s words, also for models that Bedrock checks elsewhere', () => {
    expect(complaint(() => parse({ max_tokens: undefined }))).toBe('validation: max_tokens: Field required')
    expect(complaint(() => parse({ max_tokens: 200_000 }))).toBe(
      'validation: max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-6',
    )
  })

  it('joins the betas of the header with those of the body', () => {
    const betas = ['context-1m-2025-08-07', 'effort-2025-11-24']
    expect(parse({}, { betas }).anthropic_beta).toEqual(betas)
    expect(parse({ anthropic_beta: ['effort-2025-11-24'] }, { betas }).anthropic_beta).toEqual([
      'effort-2025-11-24',
      'context-1m-2025-08-07',
    ])
  })

  it('refuses a beta without a second envelope', () => {
    expect(complaint(() => parse({}, { betas: ['fast-mode-2026-02-01'] }))).toBe('validation: invalid beta flag')
    expect(parse({}, { betas: ['fast-mode-2026-02-01'], fidelity: 'guide' }).max_tokens).toBe(10)
  })

  it('takes system messages in the middle of a conversation', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'The user has opened a file.' },
    ]
    expect(parse({ messages }).messages).toEqual(messages)
  })

  it('counts what needs no max_tokens', () => {
    expect(parse({ max_tokens: undefined }, { isCounting: true }).max_tokens).toBe(128_000)
    expect(complaint(() => parse({ messages: undefined }, { isCounting: true }))).toBe(
      'validation: messages: Field required',
    )
  })

  it.each(['{"device":"x"}', 'a"b', 'ü'])('refuses the user id %s on the runtime, in aws fidelity alone', (user_id) => {
    const metadata = { user_id }
    expect(complaint(() => parse({ metadata }))).toBe(
      'validation: Request metadata contains a value that violates the regular expression',
    )
    expect(parse({ metadata }, { fidelity: 'guide' }).metadata).toEqual(metadata)
    expect(parse({ metadata }, { surface: 'mantle' }).metadata).toEqual(metadata)
    expect(parse({ metadata }, { surface: 'plain' }).metadata).toEqual(metadata)
  })

  it.each(['', 'user_1.a@b-c d', null])('takes the user id %j', (user_id) => {
    expect(parse({ metadata: { user_id } }).metadata).toEqual({ user_id })
  })

  it('never meets a prototype', () => {
    const body = new TextEncoder().encode(
      '{"model":"m","max_tokens":1,"__proto__":{"stream":true},"messages":[{"role":"user","content":"x"}]}',
    )
    const envelope = readAnthropicEnvelope(body)
    expect(envelope.stream).toBe(false)
    expect(parseAnthropicRequest(envelope, context).max_tokens).toBe(1)
  })
})

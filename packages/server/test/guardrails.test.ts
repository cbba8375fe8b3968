import { describe, expect, it } from 'vitest'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { type Ask, doors, type TestAnswer } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

function setUp() {
  const now = Date.now
  return createTestGateway({
    gatekeeper: createGatekeeper({ mode: 'open', credentials: [], region: 'us-east-1', account: '123456789012', now }),
    backend: createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now }),
    fidelity: 'aws',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
  })
}

const member = 'amazon-bedrock-guardrailConfig'
const opus = '/model/us.anthropic.claude-opus-4-8'
const hi = { max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] }
const invokeBody = { anthropic_version: 'bedrock-2023-05-31', ...hi }
const converseBody = { messages: [{ role: 'user', content: [{ text: 'hi' }] }] }
const unknown = 'The guardrail identifier or version provided in the request does not exist.'
const invalid = 'The provided guardrail identifier is invalid.'
const badVersion = (version: string): string =>
  `1 validation error detected: Value '${version}' at 'guardrailVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: (|([1-9][0-9]{0,7})|(DRAFT))`

const apply = (id: string, version: string): string => `/guardrail/${id}/version/${version}/apply`
const post = (ask: Ask, path: string, body: object, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  ask({ method: 'POST', path, body: JSON.stringify(body), headers })

/** The status and the text of a refusal, in whichever envelope. */
function refusalOf({ status, text }: TestAnswer): readonly [number, string] {
  const body = JSON.parse(text) as { message?: string; error?: { message: string } }
  return [status, body.error?.message ?? body.message ?? '']
}

const named = (identifier?: string, version?: string): Record<string, string> => ({
  ...(identifier === undefined ? {} : { 'X-Amzn-Bedrock-GuardrailIdentifier': identifier }),
  ...(version === undefined ? {} : { 'X-Amzn-Bedrock-GuardrailVersion': version }),
})

describe.each(doors)('a guardrail named %s', (_, open) => {
  const askOne = async (path: string, body: object, headers?: Record<string, string>): Promise<TestAnswer> => {
    const door = await open(setUp())
    try {
      return await post(door.ask, path, body, headers)
    } finally {
      await door.close()
    }
  }

  const routes: ReadonlyArray<readonly [string, object]> = [
    [`${opus}/invoke`, invokeBody],
    [`${opus}/invoke-with-response-stream`, invokeBody],
    ['/anthropic/v1/messages', { model: 'us.anthropic.claude-opus-4-8', ...hi }],
    ['/anthropic/v1/messages', { model: 'us.anthropic.claude-opus-4-8', stream: true, ...hi }],
  ]
  it.each([
    ['abc123def456', '1', unknown],
    ['arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123', 'DRAFT', unknown],
    ['abc123', undefined, unknown],
    [undefined, '1', unknown],
    ['Not-An-Id', '1', invalid],
    ['arn:aws:bedrock:us-east-1:12:guardrail/abc123', '1', invalid],
    ['abc123', '0', badVersion('0')],
    ['abc123', 'draft', badVersion('draft')],
    [
      'a'.repeat(2049),
      '1',
      "1 validation error detected: Value at 'guardrailIdentifier' failed to satisfy constraint: Member must have length less than or equal to 2048",
    ],
  ])('in headers as %s and %s is refused', async (identifier, version, text) => {
    for (const [path, body] of routes) {
      expect(refusalOf(await askOne(path, body, named(identifier, version)))).toEqual([400, text])
    }
  })

  it.each([
    [{ guardrailIdentifier: 'abc123', guardrailVersion: '1' }, unknown],
    [{ guardrailIdentifier: 'abc123' }, unknown],
    [{ trace: 'enabled' }, unknown],
    [{ guardrailIdentifier: 'Not-An-Id', guardrailVersion: '1' }, invalid],
    [
      { guardrailIdentifier: 'abc123', guardrailVersion: '01' },
      "1 validation error detected: Value '01' at 'guardrailConfig.guardrailVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: (|([1-9][0-9]{0,7})|(DRAFT))",
    ],
  ])('in Converse as %j is refused', async (guardrailConfig, text) => {
    for (const operation of ['converse', 'converse-stream']) {
      expect(refusalOf(await askOne(`${opus}/${operation}`, { ...converseBody, guardrailConfig }))).toEqual([400, text])
    }
  })

  it('nowhere, with settings for one, is refused', async () => {
    const settings = { [member]: { tagSuffix: 'x' } }
    const texts = [
      await askOne(`${opus}/invoke`, { ...invokeBody, ...settings }),
      await askOne('/anthropic/v1/messages', { model: 'us.anthropic.claude-opus-4-8', ...hi, ...settings }),
      await askOne('/mantle/anthropic/v1/messages', { model: 'anthropic.claude-opus-4-8', ...hi, ...settings }),
      await askOne(`${opus}/converse`, { ...converseBody, additionalModelRequestFields: settings }),
    ].map(refusalOf)
    expect(texts).toEqual([
      [400, unknown],
      [400, unknown],
      [400, `${member}: Extra inputs are not permitted`],
      [400, `The model returned the following errors: ${member}: Extra inputs are not permitted`],
    ])
  })

  it('where its headers mean nothing is told in a warning', async () => {
    for (const [path, body] of [
      ['/mantle/anthropic/v1/messages', { model: 'anthropic.claude-opus-4-8', ...hi }],
      [`${opus}/converse`, converseBody],
    ] as const) {
      const answer = await askOne(path, body, named('abc123', '1'))
      expect(answer.status).toBe(200)
      expect(answer.headers['x-outcrop-warning']).toContain('No guardrail was applied')
    }
  })

  it('to ApplyGuardrail is refused after its body', async () => {
    const body = { source: 'INPUT', content: [{ text: { text: 'hi' } }] }
    expect(refusalOf(await askOne(apply('abc123', '1'), body))).toEqual([404, unknown])
    expect(refusalOf(await askOne(apply('abc123', 'x'), body))).toEqual([400, badVersion('x')])
    expect(refusalOf(await askOne(apply('Not%20An', '1'), body))).toEqual([400, invalid])
    expect(refusalOf(await askOne(apply('abc123', '1'), { ...body, source: 'input' }))).toEqual([
      400,
      "1 validation error detected: Value 'input' at 'source' failed to satisfy constraint: Member must satisfy enum value set: [INPUT, OUTPUT]",
    ])
    expect(refusalOf(await askOne(apply('abc123', '1'), { source: 'OUTPUT' }))).toEqual([
      400,
      "1 validation error detected: Value null at 'content' failed to satisfy constraint: Member must not be null",
    ])
  })

  it('to the control plane in a form that none has is refused for that', async () => {
    const door = await open(setUp())
    const answers = [
      await door.ask({ path: '/guardrails/Not-An-Id' }),
      await door.ask({ path: '/guardrails?guardrailIdentifier=Not-An-Id' }),
    ]
    await door.close()
    const text =
      "1 validation error detected: Value 'Not-An-Id' at 'guardrailIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))"
    expect(answers.map(refusalOf)).toEqual([
      [400, text],
      [400, text],
    ])
  })
})

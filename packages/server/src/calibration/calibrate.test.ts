import { findModel } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../backends/simulator/simulator.ts'
import type { Identity } from '../call.ts'
import { calibrate } from './calibrate.ts'
import type { Calibration } from './calibration.ts'

const words = (count: number): string => Array.from({ length: count }, () => 'stone').join(' ')
const line = (value: unknown): string => JSON.stringify(value)
const body = (text: string) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1,
  messages: [{ role: 'user', content: text }],
})
const caller: Identity = {
  how: 'anonymous',
  user: 'anonymous',
  arn: 'arn:aws:iam::123456789012:user/anonymous',
  userId: 'AIDAEXAMPLE',
  account: '123456789012',
  region: 'us-east-1',
  accessKeyId: null,
}
async function* lines(...all: ReadonlyArray<string | undefined>): AsyncGenerator<string | undefined> {
  yield* all
}

describe('a calibration', () => {
  it('takes the bodies of InvokeModel, Messages and Converse, as JSON and as text, by any name of a model', async () => {
    const inputTokens = 5 + 2 * (2 + 1_000)
    const report = await calibrate(
      lines(
        line({ modelId: 'us.anthropic.claude-opus-4-6-v1', body: body(words(1_000)), inputTokens }),
        line({ modelId: 'claude-opus-4-6', body: JSON.stringify(body(words(1_000))), inputTokens }),
        '',
        line({
          modelId: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1',
          body: { messages: [{ role: 'user', content: [{ text: words(1_000) }] }] },
          inputTokens,
        }),
        line({
          modelId: 'anthropic.claude-opus-5',
          body: { model: 'anthropic.claude-opus-5', max_tokens: 1, messages: body(words(10)).messages },
          inputTokens: 50,
        }),
      ),
    )
    expect(report.unusable).toEqual([])
    expect(report.families.map(({ name, family }) => [name, family.calls])).toEqual([
      ['v3', 3],
      ['v5', 1],
    ])
    expect(report.calibration.v3).toEqual({ multiplier: 2, calls: 3 })
  })

  it('makes the simulator count as the real calls did', async () => {
    const inputTokens = 5 + 2 * (2 + 1_000)
    const { calibration } = await calibrate(
      lines(line({ modelId: 'claude-opus-4-6', body: body(words(1_000)), inputTokens })),
    )
    const model = findModel('claude-opus-4-6')
    if (model === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
    const count = (learned?: Calibration): Promise<number> =>
      createSimulator({
        seed: 'x',
        pace: { tokensPerSecond: 0, firstTokenMs: 0 },
        now: Date.now,
        calibration: learned,
      }).countTokens({
        requestId: '00000000-0000-4000-8000-000000000000',
        scope: 'in-region',
        model,
        modelId: model.modelId,
        wire: 'invoke',
        caller,
        headers: {},
        request: { ...body(words(1_000)), messages: [{ role: 'user', content: words(1_000) }] },
        documentMode: 'visual',
        signal: new AbortController().signal,
      })
    expect(await count()).toBe(1_007)
    expect(await count(calibration)).toBe(inputTokens)
    expect(calibration).toEqual({ v3: { multiplier: 2, calls: 1 } })
  })

  it('names the lines that it cannot use, and keeps the others', async () => {
    const report = await calibrate(
      lines(
        'not JSON',
        line({ modelId: 'gpt', body: body('x'), inputTokens: 10 }),
        line({ modelId: 'claude-opus-4-6', body: 7, inputTokens: 10 }),
        line({ modelId: 'claude-opus-4-6', body: body('x'), inputTokens: '10' }),
        line({ modelId: 'claude-opus-4-6', body: body('x') }),
        line({ modelId: 'claude-opus-4-6', body: { max_tokens: 1 }, inputTokens: 10 }),
        line({ modelId: 'claude-opus-4-6', body: body('x'), inputTokens: 10 }),
        undefined,
      ),
    )
    expect(report.usable).toBe(1)
    expect(report.unusable.map(({ line: number, because }) => `${number} ${because.slice(0, 44)}`)).toEqual([
      '1 expected a JSON object {"modelId": …, "body"',
      '2 modelId names no Claude model of the catalog',
      '3 body is no JSON object',
      '4 expected inputTokens to be a whole number fr',
      '5 expected inputTokens to be a whole number fr',
      '6 the body would be refused: Malformed input r',
      '8 the line is longer than any call that Bedroc',
    ])
  })
})

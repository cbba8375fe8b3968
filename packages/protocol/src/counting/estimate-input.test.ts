import { describe, expect, it } from 'vitest'
import { tokenizerFamilies, type TokenizerFamily } from '../catalogue/tokenizer-families.ts'
import type { MessagesRequest } from '../messages/types.ts'
import { countText, toFamily } from './count-text.ts'
import { estimateInputTokens } from './estimate-input.ts'

const family = (name: TokenizerFamily['name']): TokenizerFamily => {
  const found = tokenizerFamilies.find((one) => one.name === name)
  if (found === undefined) throw new Error(name)
  return found
}
const v3 = family('v3')
const v5 = family('v5')

type Input = Pick<MessagesRequest, 'messages' | 'system' | 'tools'>
const saying = (text: string): Input => ({ messages: [{ role: 'user', content: text }] })
const counted = (input: Input, rate: TokenizerFamily) => rate.frameTokens + toFamily(countText(input), rate)

const prose = 'The quarterly report says that the north mill ground more grain than the south mill. '
const code = 'export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)\n'

describe('estimateInputTokens', () => {
  it.each([v3, v5])('is what CountTokens says of a short request', (rate) => {
    const tools = [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }]
    for (const input of [saying('hello, world'), { ...saying(prose.repeat(10)), system: 'Be brief.', tools }]) {
      expect(estimateInputTokens(input, rate)).toBe(counted(input, rate))
    }
  })

  it.each([
    ['prose', saying(prose.repeat(2_000))],
    ['code', saying(code.repeat(2_000))],
    ['prose before code', saying(prose.repeat(1_000) + code.repeat(1_000))],
    [
      'a conversation',
      {
        messages: Array.from({ length: 500 }, (_, at) => ({
          role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
          content: [{ type: 'text' as const, text: at % 3 === 0 ? prose : code }],
        })),
      },
    ],
  ])('is within a tenth of it for long %s', (_, input) => {
    const ratio = estimateInputTokens(input, v3) / counted(input, v3)
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThan(1.1)
  })

  it('takes the most that an image can cost, a page for every 100,000 characters of a PDF, and the text of a document', () => {
    const source = { type: 'base64' as const, media_type: 'image/png', data: 'iVBOR'.repeat(1_000) }
    const image = { messages: [{ role: 'user' as const, content: [{ type: 'image' as const, source }] }] }
    expect([estimateInputTokens(image, v3), estimateInputTokens(image, v5)]).toEqual([
      1_568 + counted(image, v3),
      4_784 + counted(image, v5),
    ])
    const data = 'J'.repeat(250_000)
    const pdf = { type: 'document' as const, source: { ...source, media_type: 'application/pdf', data } }
    const text = { type: 'document' as const, source: { type: 'text' as const, media_type: 'text/plain', data: prose } }
    const estimate = (block: typeof pdf | typeof text) =>
      estimateInputTokens({ messages: [{ role: 'user', content: [block] }] }, v3)
    expect(estimate(pdf)).toBe(9_000 + v3.frameTokens + 2)
    expect(estimate(text)).toBeGreaterThan(15)
  })

  it('takes a few milliseconds at most of a million tokens, and survives what is nested without end', () => {
    const long = saying(prose.repeat(50_000))
    estimateInputTokens(long, v3)
    const started = performance.now()
    estimateInputTokens(long, v3)
    expect(performance.now() - started).toBeLessThan(5)
    let deep: unknown = 'end'
    for (let level = 0; level < 100_000; level += 1) deep = { deeper: deep }
    const input = { ...saying('hi'), tools: [{ name: 'a', input_schema: deep }] } as Input
    expect(estimateInputTokens(input, v3)).toBeGreaterThan(0)
  })
})

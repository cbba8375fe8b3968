import type { MessagesRequest } from '@outcrop/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { countInputTokens as countByFamily } from './count-input-tokens.ts'
import { createTokenRates } from './token-rates.ts'

const ask = (content: string, changes: Partial<MessagesRequest> = {}): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 10,
  messages: [{ role: 'user', content }],
  ...changes,
})

const rates = createTokenRates()
const countInputTokens = (request: MessagesRequest, anthropicName = 'claude-opus-4-6'): number =>
  countByFamily(request, rates.of({ anthropicName }))

describe('input tokens', () => {
  // LOCAL §4: the three anchors that were measured, one a family.
  it.each([
    ['claude-3-haiku-20240307', 10],
    ['claude-opus-4-6', 10],
    ['claude-opus-4-8', 15],
    ['claude-opus-5', 10],
  ])('meet the count of "hello, world" that was measured for the family of %s', (model, tokens) => {
    expect(countInputTokens(ask('hello, world'), model)).toBe(tokens)
  })

  it('of a longer text are more for the later vocabulary', () => {
    const text = 'Bedrock is the solid rock that lies under loose material such as soil and gravel. '.repeat(50)
    const older = countInputTokens(ask(text))
    expect(countInputTokens(ask(text), 'claude-opus-4-7') / older).toBeCloseTo(1.18, 2)
    expect(countInputTokens(ask(text), 'claude-sonnet-5-5') / older).toBeCloseTo(1.18, 2)
  })

  it('are alike for a text and a list of one text block', () => {
    const blocks = ask('', { messages: [{ role: 'user', content: [{ type: 'text', text: 'hello, world' }] }] })
    expect(countInputTokens(blocks)).toBe(10)
    expect(countInputTokens(ask('x', { system: 'Be brief.' }))).toBe(
      countInputTokens(
        ask('x', { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] }),
      ),
    )
  })

  it('grow with everything that a request says', () => {
    const base = countInputTokens(ask('What is the weather?'))
    const tools = [{ name: 'get_weather', description: 'Looks at the sky', input_schema: { type: 'object' } }]
    expect(countInputTokens(ask('What is the weather?', { system: 'Be brief.' }))).toBe(base + 3)
    expect(countInputTokens(ask('What is the weather?', { tools }))).toBeGreaterThan(base + 346)
    expect(countInputTokens(ask('What is the weather?', { tools, tool_choice: { type: 'any' } }))).toBeGreaterThan(
      base + 313,
    )
    expect(
      countInputTokens(
        ask('', {
          messages: [
            { role: 'user', content: 'What is the weather?' },
            {
              role: 'assistant',
              content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } }],
            },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Snow' }] },
          ],
        }),
      ),
    ).toBeGreaterThan(base + 20)
  })

  it('never fall when text is added', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(countInputTokens(ask(a + b))).toBeGreaterThanOrEqual(countInputTokens(ask(a)))
      }),
    )
  })

  it('of values nested without end are counted all the same', () => {
    let deep: { a?: unknown } = {}
    for (let at = 0; at < 100_000; at++) deep = { a: deep }
    expect(countInputTokens(ask('x', { tools: [{ name: 'a', deep }] }))).toBeGreaterThan(346)
  })
})

import type { MessagesRequest } from '@outcrop/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { countInputTokens } from './count-input-tokens.ts'

const ask = (content: string, changes: Partial<MessagesRequest> = {}): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 10,
  messages: [{ role: 'user', content }],
  ...changes,
})

describe('input tokens', () => {
  it('meet the count that was measured for Claude 3 to 4.6', () => {
    expect(countInputTokens(ask('hello, world'))).toBe(10)
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

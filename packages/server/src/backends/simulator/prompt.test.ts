import type { MessageParam } from '@outcrop/protocol'
import { expect, it } from 'vitest'

import { readPrompt } from './prompt.ts'

const read = (...messages: readonly MessageParam[]): ReturnType<typeof readPrompt> =>
  readPrompt({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 1, messages })

it('finds the last user turn, its number and what stands in the model’s mouth', () => {
  expect(
    read(
      { role: 'user', content: 'First' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'system', content: 'Be kind' },
      { role: 'user', content: [{ type: 'text', text: 'Second' }] },
      { role: 'user', content: 'Third' },
      { role: 'assistant', content: 'Well' },
    ),
  ).toEqual({ text: 'Second\nThird', outcomes: [], turn: 2, system: '', prefill: 'Well' })
})

it('leaves out what clients inject', () => {
  expect(
    read({
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>x</system-reminder>' },
        { type: 'text', text: 'Hi' },
      ],
    }).text,
  ).toBe('Hi')
})

it('names the tool behind each result, however many there are', () => {
  const results = Array.from({ length: 20_000 }, (_, at) => ({
    type: 'tool_result' as const,
    tool_use_id: `t${at}`,
    is_error: at === 0,
  }))
  const uses = results.map(({ tool_use_id }) => ({
    type: 'tool_use' as const,
    id: tool_use_id,
    name: `n_${tool_use_id}`,
    input: {},
  }))
  const started = performance.now()
  const { outcomes } = read(
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: uses },
    { role: 'user', content: results },
  )
  expect(performance.now() - started).toBeLessThan(500)
  expect(outcomes[0]).toEqual({ tool: 'n_t0', text: '', documents: 0, images: 0, failed: true })
  expect(outcomes[19_999]).toEqual({ tool: 'n_t19999', text: '', documents: 0, images: 0, failed: false })
})

import { expect, it } from 'vitest'

import { isThinkingSignature, signThinking } from './thinking.ts'

it('knows its own thinking again, and nobody else’s', () => {
  const signature = signThinking('seed', 'Let me see.')
  expect(signature).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(isThinkingSignature('seed', 'Let me see.', signature)).toBe(true)
  expect(isThinkingSignature('seed', 'Let me see!', signature)).toBe(false)
  expect(isThinkingSignature('other', 'Let me see.', signature)).toBe(false)
  expect(isThinkingSignature('seed', 'Let me see.', 'AAAA')).toBe(false)
  expect(isThinkingSignature('seed', 'Let me see.', '')).toBe(false)
})

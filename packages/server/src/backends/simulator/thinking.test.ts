import { expect, it } from 'vitest'

import { isSealedThinking, isThinkingSignature, sealThinking, signThinking } from './thinking.ts'

it('knows its own thinking again, and nobody else’s', () => {
  const signature = signThinking('seed', 'Let me see.')
  expect(signature).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(isThinkingSignature('seed', 'Let me see.', signature)).toBe(true)
  expect(isThinkingSignature('seed', 'Let me see!', signature)).toBe(false)
  expect(isThinkingSignature('other', 'Let me see.', signature)).toBe(false)
  expect(isThinkingSignature('seed', 'Let me see.', 'AAAA')).toBe(false)
  expect(isThinkingSignature('seed', 'Let me see.', '')).toBe(false)
})

it('seals what nobody may read, equal for equal thoughts, and knows the seal again', () => {
  const data = sealThinking('seed', 'Let me see.')
  expect(data).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(Buffer.from(data, 'base64').toString('latin1')).not.toContain('Let me')
  expect(sealThinking('seed', 'Let me see.')).toBe(data)
  expect(sealThinking('seed', 'Let me see!')).not.toBe(data)
  expect(isSealedThinking('seed', data)).toBe(true)
  expect(isSealedThinking('other', data)).toBe(false)
  for (const altered of [` ${data}`, data.slice(4), data.slice(0, -4), 'AAAA', '']) {
    expect(isSealedThinking('seed', altered)).toBe(false)
  }
})

import { describe, expect, it } from 'vitest'
import { idToUse } from './id-to-use.ts'

const now = Date.UTC(2026, 10, 25)

describe('idToUse', () => {
  it.each([
    ['anthropic.claude-opus-4-6-v1', 'eu-west-1', 'global.anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-4-6', 'us-east-1', 'us.anthropic.claude-opus-4-6-v1'],
    ['claude-opus-46', 'us-east-1', 'claude-opus-4-6'],
    ['us.antropic.claude-sonet-5', 'us-east-1', 'us.anthropic.claude-sonnet-5'],
  ])('gives for %s in %s %s', (refused, region, id) => {
    expect(idToUse(refused, region, now)).toBe(id)
  })

  it('gives nothing for what is like nothing', () => {
    expect(idToUse('gpt-4', 'us-east-1', now)).toBeUndefined()
    expect(idToUse('', 'us-east-1', now)).toBeUndefined()
    expect(idToUse('us.anthropic.claude-nonesuch-9-v1:0', 'us-east-1', now)).toBeUndefined()
    expect(idToUse('anthropic.claude-nonesuch-9', 'us-east-1', now)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { lifecycleState, lifecycleWarning, successorOf } from './lifecycle.ts'
import { models } from './models.ts'
import type { ModelEntry } from './types.ts'

const autumn = Date.parse('2026-11-22T00:00:00Z')

function model(name: string): ModelEntry {
  const found = models.find((entry) => entry.modelId === `anthropic.${name}`)
  if (found === undefined) throw new Error(name)
  return found
}

describe('lifecycleState', () => {
  // WIRE §9.1, "state 2026-11-22"; the reference derives LEGACY for Opus 4 and leaves the last four open.
  it('says what the reference says of 2026-11-22', () => {
    expect(Object.fromEntries(models.map((entry) => [entry.modelId.slice(10), lifecycleState(entry, autumn)]))).toEqual(
      {
        'claude-haiku-5-5': 'ACTIVE',
        'claude-sonnet-5-5': 'ACTIVE',
        'claude-opus-5-5': 'ACTIVE',
        'claude-fable-5-1': 'ACTIVE',
        'claude-opus-5': 'ACTIVE',
        'claude-sonnet-5': 'ACTIVE',
        'claude-fable-5': 'ACTIVE',
        'claude-opus-4-8': 'ACTIVE',
        'claude-opus-4-7': 'ACTIVE',
        'claude-sonnet-4-6': 'ACTIVE',
        'claude-opus-4-6-v1': 'ACTIVE',
        'claude-opus-4-5-20251101-v1:0': 'ACTIVE',
        'claude-haiku-4-5-20251001-v1:0': 'ACTIVE',
        'claude-sonnet-4-5-20250929-v1:0': 'ACTIVE',
        'claude-opus-4-1-20250805-v1:0': 'LEGACY',
        'claude-sonnet-4-20250514-v1:0': 'EOL',
        'claude-3-7-sonnet-20250219-v1:0': 'EOL',
        'claude-3-5-haiku-20241022-v1:0': 'EOL',
        'claude-3-5-sonnet-20241022-v2:0': 'EOL',
        'claude-3-5-sonnet-20240620-v1:0': 'EOL',
        'claude-3-haiku-20240307-v1:0': 'EOL',
        'claude-3-sonnet-20240229-v1:0': 'EOL',
        'claude-opus-4-20250514-v1:0': 'LEGACY',
        'claude-3-opus-20240229-v1:0': 'ACTIVE',
        'claude-mythos-preview': 'ACTIVE',
        'claude-mythos-5': 'ACTIVE',
        'claude-mythos-5-1': 'ACTIVE',
      },
    )
  })

  it.each([
    ['2026-07-08T07:59:59Z', 'ACTIVE'],
    ['2026-07-08T08:00:00Z', 'LEGACY'],
    ['2027-01-08T07:59:59Z', 'LEGACY'],
    ['2027-01-08T08:00:00Z', 'EOL'],
  ])('turns Opus 4.1 at %s into %s', (moment, state) => {
    expect(lifecycleState(model('claude-opus-4-1-20250805-v1:0'), Date.parse(moment))).toBe(state)
  })
})

describe('successorOf', () => {
  it.each([
    ['claude-3-haiku-20240307-v1:0', '2026-11-22', 'anthropic.claude-haiku-5-5'],
    ['claude-3-haiku-20240307-v1:0', '2026-09-01', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-opus-4-1-20250805-v1:0', '2026-11-22', 'anthropic.claude-opus-5-5'],
    ['claude-fable-5', '2026-11-22', 'anthropic.claude-fable-5-1'],
    ['claude-mythos-5', '2026-11-22', undefined],
  ])('recommends in the family of %s on %s', (name, date, successor) => {
    expect(successorOf(model(name), Date.parse(date))?.modelId).toBe(successor)
  })
})

describe('lifecycleWarning', () => {
  it('says nothing of an active model', () => {
    expect(lifecycleWarning(model('claude-opus-4-6-v1'), autumn)).toBeUndefined()
  })
})

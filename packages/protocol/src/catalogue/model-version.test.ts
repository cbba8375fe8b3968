import { expect, it } from 'vitest'
import { isInRange, modelVersion } from './model-version.ts'

it.each([
  ['claude-3-haiku-20240307', 300],
  ['claude-3-5-sonnet-20241022', 305],
  ['claude-3-7-sonnet-20250219', 307],
  ['claude-sonnet-4-20250514', 400],
  ['claude-opus-4-1-20250805', 401],
  ['claude-haiku-4-5-20251001', 405],
  ['claude-opus-4-6', 406],
  ['claude-opus-5', 500],
  ['claude-fable-5-1', 501],
  ['claude-sonnet-4-10', 410],
  ['claude-mythos-preview', Infinity],
])('%s has the version %d', (anthropicName, version) => {
  expect(modelVersion({ anthropicName })).toBe(version)
})

it('takes both ends of a range, and minor versions as numbers', () => {
  const range = { from: '4.7', to: '5.1' }
  expect(
    ['claude-opus-4-6', 'claude-opus-4-7', 'claude-sonnet-4-10', 'claude-fable-5-1', 'claude-opus-5-5'].map(
      (anthropicName) => isInRange({ anthropicName }, range),
    ),
  ).toEqual([false, true, true, true, false])
})

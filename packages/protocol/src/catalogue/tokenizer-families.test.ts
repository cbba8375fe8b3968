import { expect, it } from 'vitest'
import { models } from './models.ts'
import { tokenizerFamilyOf } from './tokenizer-families.ts'

it.each([
  ['claude-3-haiku-20240307', 'v3'],
  ['claude-haiku-4-5-20251001', 'v3'],
  ['claude-opus-4-6', 'v3'],
  ['claude-opus-4-7', 'v4.7'],
  ['claude-opus-4-8', 'v4.7'],
  ['claude-sonnet-5', 'v5'],
  ['claude-haiku-5-5', 'v5'],
  ['claude-opus-7', 'v5'],
  ['claude-mythos-preview', 'v5'],
])('%s counts by the family %s', (anthropicName, name) => {
  expect(tokenizerFamilyOf({ anthropicName }).name).toBe(name)
})

it('has a family for every model of the catalogue', () => {
  for (const model of models) expect(tokenizerFamilyOf(model).multiplier).toBeGreaterThanOrEqual(1)
})

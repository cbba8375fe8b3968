import { describe, expect, it } from 'vitest'
import { burndownOf } from './burndown.ts'
import { findModel } from './lookups.ts'
import { models } from './models.ts'

const rateOf = (name: string) => {
  const model = findModel(name)
  if (model === undefined) throw new Error(name)
  return burndownOf(model)
}

describe('burndownOf', () => {
  it.each([
    ['claude-opus-4-8', 15],
    ['claude-sonnet-5', 10],
    ['claude-opus-5', 10],
    ['claude-fable-5-1', 10],
    ['claude-opus-4-7', 5],
    ['claude-haiku-4-5', 5],
    ['claude-3-7-sonnet', 5],
    ['claude-3-5-haiku', 1],
    ['claude-3-haiku', 1],
    ['claude-opus-5-5', 5], // [?] newer than the page that names models
  ])('of %s is %i', (name, burndown) => {
    expect(rateOf(name).burndown).toBe(burndown)
  })

  it('keeps what every source says, with how sure it is', () => {
    expect(rateOf('claude-opus-4-8').claims.map(({ burndown, evidence }) => [burndown, evidence])).toEqual([
      [15, 'reported'],
      [5, 'documented'],
    ])
    expect(rateOf('claude-3-haiku').claims.map(({ burndown }) => burndown)).toEqual([1, 5])
    for (const model of models) expect(burndownOf(model).claims).toHaveLength(2)
  })
})

import { describe, expect, it } from 'vitest'
import { ResetBudget } from './reset-budget.ts'

describe('the budget of resets', () => {
  it('is spent by the 201st stream that is reset within a second of its opening, inside ten seconds', () => {
    const budget = new ResetBudget()
    for (let n = 0; n < 200; n++) expect(budget.spend(n, n + 1)).toBe(true)
    expect(budget.spend(200, 201)).toBe(false)
  })

  it('is full again ten seconds later', () => {
    const budget = new ResetBudget()
    for (let n = 0; n < 200; n++) budget.spend(0, 1)
    expect(budget.spend(10_001, 10_002)).toBe(true)
  })

  it('is not touched by streams that lived for a while, however many', () => {
    const budget = new ResetBudget()
    for (let n = 0; n < 1_000; n++) expect(budget.spend(0, 1_001)).toBe(true)
    expect(budget.spend(0, 1)).toBe(true)
  })
})

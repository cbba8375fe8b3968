import { expect, it } from 'vitest'
import { BytesInFlight } from './ledger.ts'

it('takes bytes up to its cap, all or none of a piece, and takes again what was given back', () => {
  const ledger = new BytesInFlight(100)
  expect(ledger.take(60)).toBe(true)
  expect(ledger.take(41)).toBe(false)
  expect(ledger.held).toBe(60)
  expect(ledger.take(40)).toBe(true)
  ledger.give(60)
  expect(ledger.take(61)).toBe(false)
  expect(ledger.take(60)).toBe(true)
  expect(ledger.held).toBe(100)
})

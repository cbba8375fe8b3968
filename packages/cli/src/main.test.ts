import { describe, expect, it } from 'vitest'
import { createTestIo } from '../test/support/test-io.ts'
import { main } from './main.ts'

describe('main', () => {
  it('shows the stack of a defect, and of what caused it', async () => {
    const test = createTestIo()
    const broken = {
      ...test.io,
      now: (): number => {
        throw new Error('the clock stands still', { cause: new TypeError('no battery') })
      },
    }
    expect(await main(['models'], broken)).toBe(1)
    expect(test.err()).toMatch(
      /^outcrop: Error: the clock stands still\n {4}at [^]+\[cause\]: TypeError: no battery\n +at /,
    )
  })
})

import { describe, expect, it } from 'vitest'
import { toJsonLines } from './json-lines.ts'

/** Counts up, and says how far it came and whether it was left. */
function counting(most: number, failure?: Error) {
  const state = { made: 0, isLeft: false }
  async function* count() {
    try {
      while (state.made < most) yield { n: (state.made += 1) }
      if (failure !== undefined) throw failure
    } finally {
      state.isLeft = true
    }
  }
  return { state, values: count() }
}

describe('a body of JSON lines', () => {
  it('has a line for each value', async () => {
    expect(await new Response(await toJsonLines(counting(2).values)).text()).toBe('{"n":1}\n{"n":2}\n')
    expect(await new Response(await toJsonLines(counting(0).values)).text()).toBe('')
  })

  it('is made as it is read, and what it is made from is left when its reader leaves', async () => {
    const { state, values } = counting(1_000)
    const reader = (await toJsonLines(values)).getReader()
    await reader.read()
    await reader.read()
    expect(state).toEqual({ made: 2, isLeft: false })
    await reader.cancel()
    expect(state).toEqual({ made: 2, isLeft: true })
  })

  it('throws at once what is wrong before the first line, and breaks off where it is later', async () => {
    await expect(toJsonLines(counting(0, new Error('no such bucket')).values)).rejects.toThrow('no such bucket')
    const body = await toJsonLines(counting(1, new Error('cut')).values)
    await expect(new Response(body).text()).rejects.toThrow('cut')
  })
})

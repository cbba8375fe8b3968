import { describe, expect, it } from 'vitest'
import { closeUnread } from './close-unread.ts'

function source(): { readonly closed: () => number; return(): Promise<IteratorResult<unknown>> } {
  let times = 0
  return {
    closed: () => times,
    return: () => {
      times += 1
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

async function* body(from: { return(): unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield Uint8Array.of(1)
    yield Uint8Array.of(2)
  } finally {
    await from.return()
  }
}

describe('closeUnread', () => {
  it('closes the source of a body that nobody began to read', async () => {
    const from = source()
    await closeUnread(body(from), from)[Symbol.asyncIterator]().return?.()
    expect(from.closed()).toBe(1)
  })

  it('leaves it to the body once that has begun, however it ends', async () => {
    const [whole, left] = [source(), source()]
    for await (const chunk of closeUnread(body(whole), whole)) expect(chunk).toHaveLength(1)
    for await (const chunk of closeUnread(body(left), left)) if (chunk[0] === 1) break
    expect([whole.closed(), left.closed()]).toEqual([1, 1])
  })
})

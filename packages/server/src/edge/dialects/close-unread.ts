/**
 * A body that closes its source although nobody began to read it: a generator that never ran does not clean up, and what its call
 * took from quotas would never be given back.
 */
export function closeUnread(
  body: AsyncIterable<Uint8Array>,
  source: Pick<AsyncIterator<unknown>, 'return'>,
): AsyncIterable<Uint8Array> {
  let begun = false
  return {
    [Symbol.asyncIterator]() {
      const iterator = body[Symbol.asyncIterator]()
      return {
        next() {
          begun = true
          return iterator.next()
        },
        async return() {
          await iterator.return?.()
          if (!begun) await source.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

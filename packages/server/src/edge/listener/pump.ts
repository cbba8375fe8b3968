import type { Writable } from 'node:stream'
import type { Deadlines, Expiring } from './deadlines.ts'

/** Bodies are written in pieces of at most this size, so that every piece taken is progress that a time limit can see. */
export const pieceBytes = 65_536

/** An answer under way: where its bytes go, and how to give it up when the peer stops taking them. */
export interface Outlet extends Expiring {
  readonly out: Writable
  readonly stalls: Deadlines
}

/** Writes chunks as they come and waits whenever the peer does not take them; a caller that goes away ends the iterator. */
export async function pump(chunks: AsyncIterable<Uint8Array>, outlet: Outlet): Promise<void> {
  const { out } = outlet
  const iterator = chunks[Symbol.asyncIterator]()
  const leave = (): void => endQuietly(iterator)
  out.once('close', leave)
  try {
    if (out.destroyed) leave()
    while (!out.destroyed) {
      const next = await iterator.next()
      if (next.done === true || out.destroyed) return
      await write(next.value, outlet)
    }
  } finally {
    out.off('close', leave)
  }
}

/** Writes one buffer in pieces, as fast as the peer takes them. */
export async function write(bytes: Uint8Array, outlet: Outlet): Promise<void> {
  const { out } = outlet
  if (bytes.byteLength === 0) return
  for (let at = 0; at < bytes.byteLength && !out.destroyed; at += pieceBytes) {
    const piece = bytes.byteLength <= pieceBytes ? bytes : bytes.subarray(at, at + pieceBytes)
    if (!out.write(piece)) await drained(outlet)
  }
}

function drained(outlet: Outlet): Promise<void> {
  const { out, stalls } = outlet
  if (out.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      stalls.stop(outlet)
      out.off('drain', done).off('close', done)
      resolve()
    }
    stalls.start(outlet)
    out.on('drain', done).on('close', done)
  })
}

// An async generator that waits inside hears of this only when its wait ends; the exchange's signal is what ends the wait.
function endQuietly(iterator: AsyncIterator<Uint8Array>): void {
  void (async () => {
    try {
      await iterator.return?.()
    } catch {
      // The answer has no reader any more, so a failure to end it has none either.
    }
  })()
}

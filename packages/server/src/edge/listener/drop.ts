import type { Readable } from 'node:stream'
import type { EdgeContext } from './edge-context.ts'

// A caller that sends nothing for this long has stopped, and need not be waited for.
const patienceMs = 250

/**
 * Throws the rest of a body away while it comes, up to twice the limit of a body and for as long as `context.lingers`
 * says, and then calls back. A client that is still sending when its answer or the end of its connection comes may
 * never read that answer.
 */
export function dropBody(source: Readable, { limits, lingers }: EdgeContext, then: () => void): void {
  if (source.readableEnded || source.destroyed) return then()
  let bound = 2 * limits.bodyBytes
  let boundBefore = bound
  const leave = (): void => {
    clearInterval(patience)
    lingers.stop(rest)
    source.off('data', onData).off('end', leave).off('close', leave)
    then()
  }
  const onData = (chunk: Uint8Array): void => {
    bound -= chunk.byteLength
    if (bound < 0) leave()
  }
  const patience = setInterval(() => {
    if (bound === boundBefore) leave()
    boundBefore = bound
  }, patienceMs)
  const rest = { giveUp: leave }
  lingers.start(rest)
  source.on('data', onData).on('end', leave).on('close', leave)
}

import type { Socket } from 'node:net'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** Whether these first bytes of a connection open HTTP/2 with prior knowledge (RFC 9113 §3.4); they may be too few to say. */
export function isHttp2(bytes: Uint8Array): boolean | undefined {
  const length = Math.min(bytes.byteLength, preface.byteLength)
  for (let at = 0; at < length; at++) if (bytes[at] !== preface[at]) return false
  return length === preface.byteLength ? true : undefined
}

/** Reads just enough of a connection to know its version, puts what it read back, and hands the socket over. */
export function sniff(socket: Socket, handOver: (socket: Socket, http2: boolean) => void): void {
  let seen: Buffer | undefined
  const onData = (chunk: Buffer): void => {
    seen = seen === undefined ? chunk : Buffer.concat([seen, chunk])
    const http2 = isHttp2(seen)
    if (http2 === undefined) return
    socket.off('data', onData).off('end', onEnd).off('error', ignore)
    socket.pause()
    socket.unshift(seen)
    handOver(socket, http2)
    // The new owner listens by now; the bytes that were put back reach it first.
    if (!http2) process.nextTick(() => socket.resume())
  }
  const onEnd = (): void => void socket.destroy()
  socket.on('data', onData).on('end', onEnd).on('error', ignore)
}

function ignore(): void {
  // 'close' follows an error, and whoever accepted the socket listens for that.
}

import { lookup } from 'node:dns/promises'
import net from 'node:net'
import tls from 'node:tls'

/** What became of an attempt to reach a host: what it speaks by ALPN, or where the attempt ended. */
export type Connection =
  | { readonly kind: 'connected'; readonly address: string; readonly tls?: { readonly alpn: string } }
  | { readonly kind: 'failed'; readonly at: 'dns' | 'tcp' | 'tls'; readonly code: string }

/** Reaches a URL's host as a client would: by name, by TCP, and by TLS with the offer of HTTP/2. */
export async function connectTo(url: URL, signal: AbortSignal): Promise<Connection> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  try {
    // The resolver of the system has no signal: it is left behind when time is up.
    await Promise.race([lookup(host), aborted(signal)])
  } catch (cause) {
    return { kind: 'failed', at: 'dns', code: codeOf(cause) }
  }
  const secure = url.protocol === 'https:'
  const reached = await openSocket(secure ? () => startTls(host, port) : () => net.connect({ host, port }), signal)
  if (reached.kind === 'failed' || !secure) return reached
  return { ...reached, tls: { alpn: reached.alpn } }
}

type Reached =
  | { readonly kind: 'connected'; readonly address: string; readonly alpn: string }
  | { readonly kind: 'failed'; readonly at: 'tcp' | 'tls'; readonly code: string }

function startTls(host: string, port: number): tls.TLSSocket {
  const named = net.isIP(host) === 0 ? { servername: host } : {}
  return tls.connect({ host, port, ALPNProtocols: ['h2', 'http/1.1'], ...named })
}

function openSocket(open: () => net.Socket, signal: AbortSignal): Promise<Reached> {
  return new Promise((resolve) => {
    const socket = open()
    let at: 'tcp' | 'tls' = 'tcp'
    const end = (reached: Reached): void => {
      signal.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(reached)
    }
    const giveUp = (): void => end({ kind: 'failed', at, code: 'ETIMEDOUT' })
    const done = (): void => {
      const alpn = socket instanceof tls.TLSSocket && typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : ''
      end({ kind: 'connected', address: socket.remoteAddress ?? '', alpn })
    }
    socket.once('connect', () => {
      at = 'tls'
      if (!(socket instanceof tls.TLSSocket)) done()
    })
    socket.once('secureConnect', done)
    socket.on('error', (cause) => end({ kind: 'failed', at, code: codeOf(cause) }))
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
  })
}

/** Rejects once the signal says so. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const tell = (): void => reject(Object.assign(new Error('Time is up'), { code: 'ETIMEDOUT' }))
    if (signal.aborted) tell()
    signal.addEventListener('abort', tell, { once: true })
  })
}

/** The code of a failed system call, or whatever else names the failure. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.cause === undefined ? cause.name : codeOf(cause.cause)
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { Handle } from '../../exchange.ts'
import { Deadlines, type Expiring } from './deadlines.ts'
import { createEdgeContext, type EdgeContext } from './edge-context.ts'
import { createHttp1, type Speaker } from './http1.ts'
import { createHttp2 } from './http2.ts'
import type { ListenerLimits } from './limits.ts'
import { ListenError } from './listen-error.ts'
import { renderAsAws, type RenderFailure } from './refusals.ts'
import { sniff } from './sniff.ts'
import { createTls, type Secure, type TlsMaterial } from './tls.ts'

export interface ListenerOptions {
  readonly handle: Handle
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly limits: ListenerLimits
  /** Speaks TLS on every connection, and nothing else; plain text when absent. */
  readonly tls?: TlsMaterial
  /** Hears of every error that is no answer: a handler that threw, a stream that broke. */
  readonly onDefect: (error: unknown) => void
  /** How the edge's own refusals look; as AWS's JSON by default. */
  readonly renderFailure?: RenderFailure
}

export interface Listener {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Accepts no more, lets answers finish for this long (`limits.shutdownMs` by default), and resolves when all is closed. */
  close(graceMs?: number): Promise<void>
}

/**
 * Opens one port for HTTP/1.1 and HTTP/2. On a plain one the first bytes of a connection decide (prior knowledge), on one
 * with TLS the two sides agree on it (ALPN).
 */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { handle, limits, onDefect, renderFailure = renderAsAws } = options
  const context = createEdgeContext({ handle, limits, onDefect, renderFailure })
  const port = new OpenPort(context, options.tls === undefined ? undefined : createTls(options.tls))
  return port.open(options.host, options.port)
}

class OpenPort {
  readonly #context: EdgeContext
  readonly #http1: Speaker
  readonly #http2: Speaker
  readonly #secure: Secure | undefined
  readonly #silent: Deadlines
  readonly #unknown = new Set<Socket>()
  readonly #server: Server
  #ticker: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined
  #killer: NodeJS.Timeout | undefined
  #killAt = Infinity

  constructor(context: EdgeContext, secure: Secure | undefined) {
    this.#context = context
    this.#secure = secure
    this.#http1 = createHttp1(context)
    this.#http2 = createHttp2(context)
    this.#silent = new Deadlines(context.limits.headersMs)
    // A peer that half-closes may still read its answer, and node:http expects to decide that by itself.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
  }

  async open(host: string, port: number): Promise<Listener> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject)
        this.#server.listen({ host, port, backlog: 1_024 }, resolve)
      })
    } catch (error) {
      this.#http1.destroy()
      this.#http2.destroy()
      throw error instanceof Error ? new ListenError(error, host, port) : error
    }
    // After this an error is a failed accept (no descriptors left): the connections that there are go on.
    this.#server.removeAllListeners('error').on('error', this.#context.onDefect)
    this.#ticker = setInterval(() => this.#sweep(), this.#tickMs()).unref()
    const address = this.#server.address()
    const taken = typeof address === 'object' && address !== null ? address.port : port
    const url = `${this.#secure === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${taken}`
    const { shutdownMs } = this.#context.limits
    return { url, host, port: taken, close: (graceMs = shutdownMs) => this.#close(graceMs) }
  }

  #accept(socket: Socket): void {
    const silence: Expiring = { giveUp: () => void socket.destroy() }
    this.#silent.start(silence)
    this.#unknown.add(socket)
    const forget = (): void => {
      this.#silent.stop(silence)
      this.#unknown.delete(socket)
    }
    socket.once('close', forget)
    const introduce = this.#secure ?? sniff
    introduce(socket, (ready, http2) => {
      socket.off('close', forget)
      forget()
      const speaker = http2 ? this.#http2 : this.#http1
      speaker.accept(ready)
    })
  }

  #tickMs(): number {
    const { headersMs, requestMs, idleMs } = this.#context.limits
    return Math.min(1_000, Math.max(10, Math.ceil(Math.min(headersMs, requestMs, idleMs) / 4)))
  }

  #sweep(): void {
    const now = performance.now()
    const { bodies, stalls, lingers } = this.#context
    for (const deadlines of [this.#silent, bodies, stalls, lingers]) deadlines.sweep(now)
    this.#http2.sweep(now)
  }

  #close(graceMs: number): Promise<void> {
    this.#closed ??= this.#shutDown()
    // A second call may only shorten the grace of the first.
    const killAt = performance.now() + graceMs
    if (killAt < this.#killAt) {
      this.#killAt = killAt
      clearTimeout(this.#killer)
      this.#killer = setTimeout(() => this.#kill(), graceMs)
    }
    return this.#closed
  }

  async #shutDown(): Promise<void> {
    const drained = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    for (const socket of this.#unknown) socket.destroy()
    this.#http1.shutDown()
    this.#http2.shutDown()
    await drained
    // Node counts a socket as gone before those who work for it have heard of that.
    while (this.#http1.connections > 0 || this.#http2.connections > 0) await nextTurn()
    clearTimeout(this.#killer)
    clearInterval(this.#ticker)
    this.#kill()
  }

  #kill(): void {
    this.#http1.destroy()
    this.#http2.destroy()
  }
}

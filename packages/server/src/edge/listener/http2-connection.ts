import { constants, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { EdgeContext } from './edge-context.ts'
import { Http2Call } from './http2-call.ts'
import { measureHead } from './head.ts'
import { ResetBudget } from './reset-budget.ts'

const sessionWindow = 1_048_576

/** One HTTP/2 session: it counts what its streams cost, and Node, which has no such limits, ends it when told. */
export class Http2Connection {
  readonly #session: ServerHttp2Session
  readonly #socket: Socket
  readonly #context: EdgeContext
  readonly #resets = new ResetBudget()
  #open = 0
  #served = false
  #calmed = false
  #idleSince = performance.now()
  #bytesSeen = 0
  #stirredSince: number | undefined

  constructor(session: ServerHttp2Session, socket: Socket, context: EdgeContext) {
    this.#session = session
    this.#socket = socket
    this.#context = context
    session.setLocalWindowSize(sessionWindow)
    session.on('error', () => {}) // the peer broke the protocol, and Node has already said so to it
    session.on('ping', () => this.#rest())
    // The raw list is documented, and missing in the types of this event.
    const serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]): void => {
      this.#serve(stream, headers, raw)
    }
    session.on('stream', serve)
  }

  /** Ends a session that keeps its connection for nothing. */
  sweep(now: number): void {
    if (this.#calmed) return void this.#socket.destroy()
    if (this.#open > 0 || this.#session.closed) return
    const { headersMs, idleMs } = this.#context.limits
    const quietMs = now - this.#idleSince
    // The first request must come as soon as a request's head must; the next ones may wait as long as idleness may.
    if (quietMs >= (this.#served ? idleMs : headersMs) || this.#trickles(now, headersMs)) this.#leave()
  }

  shutDown(): void {
    if (!this.#session.destroyed) this.#session.close()
  }

  destroy(): void {
    this.#session.destroy()
    this.#socket.destroy()
  }

  // Node tells of a head only when it is whole. Bytes that keep coming and never become a request (a ping explains
  // itself) are a head that trickles in; one that stops altogether meets the limit of idleness.
  #trickles(now: number, headersMs: number): boolean {
    const bytes = this.#socket.bytesRead
    if (bytes === this.#bytesSeen) return false
    this.#bytesSeen = bytes
    this.#stirredSince ??= now
    return now - this.#stirredSince >= headersMs
  }

  #rest(): void {
    this.#bytesSeen = this.#socket.bytesRead
    this.#stirredSince = undefined
  }

  #leave(): void {
    this.#session.close()
    // A peer in the middle of a head would keep even a closed session.
    this.#session.destroy()
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: readonly string[]): void {
    this.#served = true
    this.#open++
    const call = new Http2Call(stream, raw, this.#context, this.#socket)
    const startedAt = performance.now()
    stream.on('error', () => {}) // the caller reset the stream; 'close' follows and tells the handler
    stream.once('close', () => {
      this.#closed()
      call.end()
      if (call.resetByPeer && !this.#resets.spend(startedAt, performance.now())) this.#calm()
    })
    if (headers[':method'] === 'CONNECT') call.refuse('connect')
    else if (measureHead(raw) > this.#context.limits.headerBytes) call.refuse('headTooLarge')
    else call.run()
  }

  #closed(): void {
    this.#open--
    if (this.#open > 0) return
    this.#idleSince = performance.now()
    this.#rest()
  }

  // From GOAWAY on nghttp2 drops new streams by itself. The socket closes with the next sweep, not now: unread bytes
  // would turn the close into a reset that overtakes the reason.
  #calm(): void {
    if (this.#calmed || this.#session.destroyed) return
    this.#calmed = true
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
}

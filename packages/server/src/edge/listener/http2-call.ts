import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Reply } from '../../exchange.ts'
import { ConnectionDropped } from '../../faults.ts'
import type { Deadlines } from './deadlines.ts'
import { abandon, answer, type EdgeContext, mayHaveBody, spareBytes } from './edge-context.ts'
import { dropBody } from './drop.ts'
import { toHeaderMap } from './head.ts'
import { type Outlet, pieceBytes, pump, write } from './pump.ts'
import { type EdgeRefusal, isFarewell, refuse, toRefusal } from './refusals.ts'
import { resetSocket } from './reset-socket.ts'
import { SocketExchange } from './socket-exchange.ts'

/** One request over HTTP/2, from its head to the end of its stream. */
export class Http2Call implements Outlet {
  readonly out: ServerHttp2Stream
  readonly stalls: Deadlines
  readonly #context: EdgeContext
  readonly #socket: Socket
  readonly #exchange: SocketExchange
  readonly #bodiless: boolean
  #ours = false

  constructor(stream: ServerHttp2Stream, raw: readonly string[], context: EdgeContext, socket: Socket) {
    this.out = stream
    this.#socket = socket
    this.stalls = context.stalls
    this.#context = context
    const headers = toHeaderMap(raw)
    const method = headers[':method'] ?? ''
    this.#bodiless = method === 'HEAD'
    this.#exchange = new SocketExchange(
      {
        method,
        target: headers[':path'] ?? '',
        headers,
        httpVersion: '2',
        remoteAddress: socket.remoteAddress ?? '',
        hasBody: !stream.endAfterHeaders,
        source: stream,
        invite: headers['expect'] === '100-continue' ? () => stream.additionalHeaders({ ':status': 100 }) : undefined,
      },
      context,
    )
  }

  /** Whether the peer, and not this side, ended the stream before its answer was complete. */
  get resetByPeer(): boolean {
    return this.out.aborted && !this.#ours
  }

  run(): void {
    void this.#run(() => answer(this.#exchange, this.#context))
  }

  refuse(because: EdgeRefusal): void {
    void this.#run(() => refuse(this.#context.renderFailure, because, this.#exchange.rawPath))
  }

  /** The stream is closed: nothing of this call is held any longer. */
  end(): void {
    this.stalls.stop(this)
    // 'finish' may never come: Node destroys a stream as soon as both sides have ended.
    const { aborted, rstCode, writableEnded, writableLength } = this.out
    this.#exchange.end(writableEnded && !aborted && rstCode === constants.NGHTTP2_NO_ERROR && writableLength === 0)
  }

  giveUp(): void {
    // An answer that is out waits for nobody; what may be left is the caller's own half.
    if (!this.out.writableFinished) this.#breakOff()
  }

  async #run(answered: () => Reply | Promise<Reply | undefined>): Promise<void> {
    let reply: Reply | undefined
    try {
      reply = this.out.destroyed ? undefined : await answered()
      if (reply === undefined) this.#breakOff()
      else await this.#reply(reply)
    } catch (error) {
      if (reply !== undefined) await abandon(reply)
      await this.#recover(error)
    }
  }

  async #recover(error: unknown): Promise<void> {
    // The whole connection, not this stream alone: some clients take that for a clean end (LOCAL.md §0.4).
    if (error instanceof ConnectionDropped) {
      if (error.how === 'reset') await resetSocket(this.#socket)
      this.out.session?.destroy()
    }
    try {
      if (!this.out.headersSent && !this.out.destroyed) {
        const refusal = toRefusal(error, this.#context, this.#exchange.rawPath)
        if (refusal !== undefined) return await this.#reply(refusal)
      } else if (!isFarewell(error)) this.#context.onDefect(error)
    } catch (again) {
      this.#context.onDefect(again)
    }
    this.#breakOff()
  }

  async #reply(reply: Reply): Promise<void> {
    const { out } = this
    await this.#dropMuch()
    if (out.destroyed || out.closed) return abandon(reply)
    const whole = reply.body instanceof Uint8Array ? reply.body : undefined
    const bodiless = this.#bodiless || !mayHaveBody(reply.status)
    out.respond(toHead(reply, whole), { endStream: bodiless || whole?.byteLength === 0 })
    if (bodiless) await abandon(reply)
    else if (reply.body instanceof Uint8Array) await this.#finish(reply.body)
    else {
      await pump(reply.body, this)
      await this.#finish(none)
    }
    this.#dropRest()
  }

  async #finish(last: Uint8Array): Promise<void> {
    const { out } = this
    if (out.destroyed) return
    if (last.byteLength > pieceBytes) await write(last, this)
    if (last.byteLength > 0 && last.byteLength <= pieceBytes) out.end(last)
    else out.end()
    this.stalls.start(this)
  }

  /**
   * Lets a caller that is sending much finish before it is answered: Node's client, and with it the AWS SDK for
   * JavaScript, cannot take an answer while 10 MB of its own wait to be sent, and fails or hangs without reading it.
   */
  async #dropMuch(): Promise<void> {
    if (this.out.readableEnded || this.out.endAfterHeaders || this.#exchange.uninvited) return
    if (this.#exchange.remaining <= spareBytes) return
    await new Promise<void>((resolve) => dropBody(this.out, this.#context, resolve))
  }

  /** Ends the half of the stream that the caller still sends on. */
  #dropRest(): void {
    const { out } = this
    const stop = (): void => {
      if (!out.readableEnded && !out.destroyed) out.close(constants.NGHTTP2_NO_ERROR)
    }
    if (out.endAfterHeaders) out.resume()
    else if (this.#exchange.uninvited) stop()
    else dropBody(out, this.#context, stop)
  }

  /** Resets the stream with INTERNAL_ERROR: an end that looks whole would be a lie. */
  #breakOff(): void {
    if (this.out.destroyed) return
    this.#ours = true
    // Not `close(code)`: that ends the stream first, and what reaches the peer is a clean end.
    this.out.destroy(new Error('The answer broke off.'))
  }
}

const none = new Uint8Array(0)

function toHead(reply: Reply, whole: Uint8Array | undefined): OutgoingHttpHeaders {
  const head: OutgoingHttpHeaders = { ':status': reply.status }
  for (const [name, value] of reply.headers) {
    const key = name.toLowerCase()
    const before = head[key]
    head[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [String(before)]), value]
  }
  if (whole !== undefined && mayHaveBody(reply.status)) head['content-length'] = whole.byteLength
  return head
}

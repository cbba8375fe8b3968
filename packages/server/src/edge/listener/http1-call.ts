import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../exchange.ts'
import { ConnectionDropped } from '../../faults.ts'
import type { Deadlines } from './deadlines.ts'
import { abandon, answer, type EdgeContext, mayHaveBody, spareBytes } from './edge-context.ts'
import { dropBody } from './drop.ts'
import { endOfTurn } from './end-of-turn.ts'
import { toHeaderMap } from './head.ts'
import { type Outlet, pieceBytes, pump, write } from './pump.ts'
import { isFarewell, toRefusal } from './refusals.ts'
import { resetSocket } from './reset-socket.ts'
import { SocketExchange } from './socket-exchange.ts'

/** What a call asks of the connection that it runs on, and tells it. */
export interface CallHooks {
  /** Whether the connection must end after this answer. */
  readonly closing: () => boolean
  readonly ended: () => void
}

interface CallSetting {
  readonly context: EdgeContext
  readonly expects: boolean
  readonly remoteAddress: string
}

const none = new Uint8Array(0)

/** One request over HTTP/1.1, from its head to the last byte of its answer. */
export class Http1Call implements Outlet {
  readonly out: ServerResponse
  readonly stalls: Deadlines
  readonly #req: IncomingMessage
  readonly #context: EdgeContext
  readonly #exchange: SocketExchange
  #cancelled = false

  constructor(req: IncomingMessage, res: ServerResponse, { context, expects, remoteAddress }: CallSetting) {
    this.out = res
    this.stalls = context.stalls
    this.#req = req
    this.#context = context
    const headers = toHeaderMap(req.rawHeaders)
    this.#exchange = new SocketExchange(
      {
        method: req.method ?? '',
        target: req.url ?? '',
        headers,
        httpVersion: '1.1',
        remoteAddress,
        hasBody: headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined,
        source: req,
        invite: expects ? () => res.writeContinue() : undefined,
      },
      context,
    )
  }

  /** Whether the whole request is here. */
  get received(): boolean {
    return this.#req.complete
  }

  /** Whether a part of the answer has left. */
  get started(): boolean {
    return this.out.headersSent
  }

  run({ closing, ended }: CallHooks): void {
    this.out.once('close', () => {
      this.stalls.stop(this)
      this.#exchange.end(this.out.writableFinished)
      ended()
    })
    void this.#run(closing)
  }

  /** Somebody else has answered: whatever the handler still says is not written. */
  cancel(): void {
    this.#cancelled = true
    this.#exchange.end(false)
  }

  get rawPath(): string {
    return this.#exchange.rawPath
  }

  giveUp(): void {
    this.out.destroy()
  }

  async #run(closing: () => boolean): Promise<void> {
    let reply: Reply | undefined
    try {
      reply = await answer(this.#exchange, this.#context)
      await endOfTurn()
      if (this.#cancelled) return reply && (await abandon(reply))
      if (reply === undefined) this.out.destroy()
      else await this.#reply(reply, closing())
    } catch (error) {
      if (reply !== undefined) await abandon(reply)
      await this.#recover(error)
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (error instanceof ConnectionDropped && error.how === 'reset') await resetSocket(this.#req.socket)
    try {
      if (!this.started && !this.out.destroyed) {
        const refusal = toRefusal(error, this.#context, this.rawPath)
        if (refusal !== undefined) return await this.#reply(refusal, true)
      } else if (!isFarewell(error)) this.#context.onDefect(error)
    } catch (again) {
      this.#context.onDefect(again)
    }
    // No final chunk: an end that looks whole would be a lie.
    this.out.destroy()
  }

  async #reply(reply: Reply, closing: boolean): Promise<void> {
    const { out } = this
    if (out.destroyed) return abandon(reply)
    const whole = reply.body instanceof Uint8Array ? reply.body : undefined
    const drops = !this.received && this.#mustDrop()
    const old = this.#req.httpVersionMinor === 0
    // Without chunks an old client sees the end of a stream only by the end of its connection.
    const stays =
      out.shouldKeepAlive && !closing && !drops && !this.#exchange.uninvited && !(old && whole === undefined)
    out.writeHead(reply.status, this.#toHead(reply, stays, whole))
    const bodiless = this.#req.method === 'HEAD' || !mayHaveBody(reply.status)
    if (bodiless) await abandon(reply)
    else if (whole === undefined) await this.#stream(reply, drops)
    else if (whole.byteLength <= pieceBytes && !drops) return this.#finish(whole)
    else await write(whole, this)
    if (drops) return dropBody(this.#req, this.#context, () => this.#finish(none))
    this.#finish(none)
  }

  #toHead(reply: Reply, stays: boolean, whole: Uint8Array | undefined): string[] {
    const head: string[] = []
    for (const [name, value] of reply.headers) head.push(name, value)
    if (whole !== undefined && mayHaveBody(reply.status)) head.push('Content-Length', String(whole.byteLength))
    // Said in so many words, as AWS does (WIRE §2.2); Node would add a `Keep-Alive` that AWS does not send.
    head.push('Connection', stays ? 'keep-alive' : 'close')
    return head
  }

  #finish(last: Uint8Array): void {
    const { out } = this
    if (last.byteLength === 0) out.end()
    else out.end(last)
    if (!out.writableFinished) this.stalls.start(this)
  }

  async #stream(reply: Reply, drops: boolean): Promise<void> {
    if (reply.body instanceof Uint8Array) return
    if (drops) dropBody(this.#req, this.#context, () => {})
    const { out } = this
    // The head travels with the first chunk, but never waits for a slow one.
    const flush = setImmediate(() => out.flushHeaders())
    try {
      await pump(reply.body, this)
    } finally {
      clearImmediate(flush)
    }
  }

  /** A body that will not be read: worth reading to the end only when the end is near. */
  #mustDrop(): boolean {
    return !this.#exchange.uninvited && this.#exchange.remaining > spareBytes
  }
}

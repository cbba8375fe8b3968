import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Reply } from '../../exchange.ts'
import type { EdgeContext } from './edge-context.ts'
import { Http1Call } from './http1-call.ts'
import { type EdgeRefusal, refuse } from './refusals.ts'

interface Waiting {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly expects: boolean
}

// Requests sent ahead wait their turn, so that one connection never works on two; no client of Bedrock sends any ahead.
const pipelineLimit = 256

/** One HTTP/1.1 connection: its calls run one after the other, and a refusal of the protocol itself is its last word. */
export class Http1Connection {
  readonly #socket: Socket
  readonly #context: EdgeContext
  readonly #remoteAddress: string
  #call: Http1Call | undefined
  #waiting: Waiting[] = []
  #lastWord: EdgeRefusal | undefined
  #refused = false
  #closing = false
  #bytesAtRest = -1

  constructor(socket: Socket, context: EdgeContext) {
    this.#socket = socket
    this.#context = context
    this.#remoteAddress = socket.remoteAddress ?? ''
  }

  serve(req: IncomingMessage, res: ServerResponse, expects: boolean): void {
    if (this.#refused || this.#lastWord !== undefined) return
    if (this.#call !== undefined) {
      this.#waiting.push({ req, res, expects })
      if (this.#waiting.length > pipelineLimit) this.#socket.destroy()
      return
    }
    if (hasBadHost(req)) return this.refuse('malformed')
    const call = new Http1Call(req, res, { context: this.#context, expects, remoteAddress: this.#remoteAddress })
    this.#call = call
    call.run({ closing: () => this.#closing, ended: () => this.#next(call) })
  }

  /** Answers in the protocol's place and ends the connection: nothing after a broken request can be trusted. */
  refuse(because: EdgeRefusal, url?: string): void {
    if (this.#refused) return
    // A whole request that came before is answered first.
    if (this.#call?.received === true) {
      this.#lastWord ??= because
      return
    }
    this.#refused = true
    if (this.#call?.started === true) return void this.#socket.destroy()
    this.#call?.cancel()
    this.#socket.end(toBytes(refuse(this.#context.renderFailure, because, url?.split('?')[0] ?? this.#call?.rawPath)))
    this.#context.lingers.start(this)
    this.#socket.once('close', () => this.#context.lingers.stop(this))
  }

  shutDown(): void {
    this.#closing = true
    // Bytes since the last answer are a request on its way: it is served, and told that it was the last.
    const idle = this.#call === undefined && this.#socket.bytesRead === this.#bytesAtRest
    if (idle) this.#socket.destroy()
  }

  giveUp(): void {
    this.#socket.destroy()
  }

  #next(ended: Http1Call): void {
    if (this.#call !== ended) return
    this.#call = undefined
    if (this.#refused) return
    const next = this.#waiting.shift()
    if (next !== undefined) this.serve(next.req, next.res, next.expects)
    else if (this.#lastWord !== undefined) this.refuse(this.#lastWord)
    else if (this.#closing) this.#socket.end()
    else this.#bytesAtRest = this.#socket.bytesRead
  }
}

/** HTTP/1.1 requires exactly one Host (RFC 9112 §3.2); two of them are how requests are smuggled past a proxy. */
function hasBadHost(req: IncomingMessage): boolean {
  const host = req.headers.host
  if (host === undefined) return req.httpVersionMinor >= 1
  return host.includes(',')
}

function toBytes({ status, headers, body }: Reply): string {
  // A refusal is always whole; a stream could not be one.
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : ''
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const date = new Date().toUTCString()
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}Date: ${date}\r\n`
  return `${head}Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`
}

import type { Readable } from 'node:stream'
import type { Exchange, HeaderMap } from '../../exchange.ts'
import type { Expiring } from './deadlines.ts'
import type { EdgeContext } from './edge-context.ts'
import { splitTarget } from './head.ts'
import { CallerGone, RequestTimedOut, tooBusy, tooLarge } from './refusals.ts'

/** What an HTTP version tells of a request's head and of how to read the rest. */
export interface Head {
  readonly method: string
  readonly target: string
  readonly headers: HeaderMap
  readonly httpVersion: '1.1' | '2'
  readonly remoteAddress: string
  readonly hasBody: boolean
  readonly source: Readable
  /** Sends `100 Continue`, for a caller that waits for it. */
  readonly invite?: (() => void) | undefined
}

const nothing = new Uint8Array(0)

/** A request that came through a socket: its body is limited, counted over all connections, and read at most once. */
export class SocketExchange implements Exchange, Expiring {
  readonly method: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly headers: HeaderMap
  readonly httpVersion: '1.1' | '2'
  readonly remoteAddress: string
  readonly arrivedAt = Date.now()
  /** How many bytes the head announces; `undefined` when it does not say. */
  readonly length: number | undefined
  readonly #head: Head
  readonly #context: EdgeContext
  #body: Promise<Uint8Array> | undefined
  #held = 0
  #received = 0
  #fail: ((error: Error) => void) | undefined
  #gone = false
  #controller: AbortController | undefined

  constructor(head: Head, context: EdgeContext) {
    const { rawPath, rawQuery } = splitTarget(head.target)
    this.method = head.method
    this.rawPath = rawPath
    this.rawQuery = rawQuery
    this.headers = head.headers
    this.httpVersion = head.httpVersion
    this.remoteAddress = head.remoteAddress
    this.#head = head
    this.#context = context
    const length = head.headers['content-length']
    this.length = length === undefined ? undefined : Number(length)
  }

  // Made when somebody asks: most calls end before anybody does, and a controller costs more than the rest of this object.
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#gone && !this.#controller.signal.aborted) this.#controller.abort(new CallerGone())
    return this.#controller.signal
  }

  /** How many bytes of the body are still to come, by its declared length; an unknown length is endless. */
  get remaining(): number {
    return this.length === undefined ? Infinity : this.length - this.#received
  }

  /** Whether the caller still waits to be invited to send its body. */
  get uninvited(): boolean {
    return this.#head.invite !== undefined && this.#body === undefined
  }

  readBody(onChunk?: (chunk: Uint8Array) => void): Promise<Uint8Array> {
    if (this.#body === undefined) {
      const refusal = this.#refuseByHead()
      if (refusal !== undefined) return Promise.reject(refusal)
      this.#body = this.#head.hasBody && this.length !== 0 ? this.#collect(onChunk) : Promise.resolve(nothing)
      // A handler that answers without waiting for its own read must not bring the process down when that read fails.
      this.#body.catch(() => {})
      return this.#body
    }
    if (onChunk === undefined) return this.#body
    return this.#body.then((body) => {
      onChunk(body)
      return body
    })
  }

  /** Ends the exchange: the bytes it held are free again, and an incomplete answer aborts what still works on it. */
  end(complete: boolean): void {
    this.#context.ledger.give(this.#held)
    this.#held = 0
    if (complete) return
    this.#gone = true
    this.#fail?.(new CallerGone())
    this.#controller?.abort(new CallerGone())
  }

  giveUp(): void {
    this.#fail?.(new RequestTimedOut('The body did not arrive in time.'))
  }

  #refuseByHead(): Error | undefined {
    const { bodyBytes } = this.#context.limits
    if (this.#gone) return new CallerGone()
    if (this.length === undefined) return undefined
    if (this.length > bodyBytes) return tooLarge(this.length, bodyBytes)
    return this.#hold(this.length) ? undefined : tooBusy()
  }

  #hold(bytes: number): boolean {
    if (!this.#context.ledger.take(bytes)) return false
    this.#held += bytes
    return true
  }

  #collect(onChunk: ((chunk: Uint8Array) => void) | undefined): Promise<Uint8Array> {
    const { source, invite } = this.#head
    // HTTP/1.1 has Node's own limit.
    const deadlines = this.httpVersion === '2' ? this.#context.bodies : undefined
    const parts = new Parts(this.length)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        source.off('data', onData).off('end', onEnd)
        this.#fail = undefined
        deadlines?.stop(this)
      }
      const fail = (error: Error): void => {
        leave()
        reject(error)
      }
      const onData = (chunk: Uint8Array): void => {
        try {
          this.#admit(chunk)
          onChunk?.(chunk)
          parts.add(chunk)
        } catch (error) {
          fail(error instanceof Error ? error : new Error('Reading a body failed', { cause: error }))
        }
      }
      const onEnd = (): void => {
        leave()
        resolve(parts.join())
      }
      this.#fail = fail
      deadlines?.start(this)
      invite?.()
      source.on('data', onData).on('end', onEnd)
    })
  }

  #admit(chunk: Uint8Array): void {
    const { bodyBytes } = this.#context.limits
    this.#received += chunk.byteLength
    if (this.#received > bodyBytes) throw tooLarge(undefined, bodyBytes)
    // A declared length was taken as a whole before reading began.
    if (this.#received > this.#held && !this.#hold(chunk.byteLength)) throw tooBusy()
  }
}

/** Pieces of a body, put together with as few copies as its announced length allows. */
class Parts {
  readonly #length: number | undefined
  readonly #chunks: Uint8Array[] = []
  #whole: Uint8Array | undefined
  #filled = 0

  constructor(length: number | undefined) {
    this.#length = length
  }

  add(chunk: Uint8Array): void {
    if (this.#length === undefined || chunk.byteLength === this.#length) {
      this.#chunks.push(chunk)
      return
    }
    this.#whole ??= Buffer.allocUnsafeSlow(this.#length)
    this.#whole.set(chunk, this.#filled)
    this.#filled += chunk.byteLength
  }

  join(): Uint8Array {
    if (this.#whole !== undefined) return this.#whole.subarray(0, this.#filled)
    const [only] = this.#chunks
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks)
  }
}

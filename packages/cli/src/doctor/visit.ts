import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { codeOf } from './connect.ts'

/** What an unsigned look at an endpoint shows. */
export interface Visit {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** At most 4 KB of it. */
  readonly body: string
  /** When the answer's head came, half of the way back taken off; milliseconds of the epoch. */
  readonly at: number
}

/** Whose endpoint answered. */
export type Owner = 'outcrop' | 'aws' | 'unknown'

const mostBytes = 4096

/** Asks for an endpoint's health over HTTP/1.1: an answer of any status is a visit, none at all is thrown. */
export function visitHttp1(url: URL, signal: AbortSignal, now: () => number): Promise<Visit> {
  const started = now()
  return new Promise((resolve, reject) => {
    const options: https.RequestOptions = {
      agent: false,
      signal,
      headers: { accept: 'application/json', 'user-agent': 'outcrop-doctor' },
    }
    const request = (url.protocol === 'https:' ? https : http).request(healthOf(url), options, (answer) => {
      const at = (started + now()) / 2
      let body = ''
      const end = (): void => {
        answer.destroy()
        resolve({ status: answer.statusCode ?? 0, headers: plain(answer.headers), body, at })
      }
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => {
        body += text.slice(0, mostBytes - body.length)
        if (body.length >= mostBytes) end()
      })
      answer.on('end', end)
      answer.on('error', end)
    })
    request.on('error', reject)
    request.end()
  })
}

/** The same by `fetch` and one of its dispatchers, as through a proxy; by its own where none is given. */
export async function visitThrough(
  dispatcher: object | undefined,
  url: URL,
  signal: AbortSignal,
  now: () => number,
): Promise<Visit> {
  const started = now()
  const through: object = dispatcher === undefined ? {} : { dispatcher }
  const headers = { accept: 'application/json', 'user-agent': 'outcrop-doctor' }
  const answer = await fetch(healthOf(url), { signal, redirect: 'manual', headers, ...through })
  const at = (started + now()) / 2
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await readStart(answer), at }
}

async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length >= mostBytes) break
  }
  return text.slice(0, mostBytes)
}

/** Tells whether an endpoint answers HTTP/2: by ALPN, or with prior knowledge where there is no TLS. */
export function speaksHttp2(url: URL, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const session = http2.connect(url.origin)
    const end = (speaks: boolean): void => {
      signal.removeEventListener('abort', giveUp)
      session.destroy()
      resolve(speaks)
    }
    const giveUp = (): void => end(false)
    signal.addEventListener('abort', giveUp)
    session.on('error', giveUp)
    session.on('close', giveUp)
    const stream = session.request({ ':method': 'GET', ':path': healthOf(url).pathname })
    stream.on('error', giveUp)
    stream.on('response', () => end(true))
    stream.end()
    if (signal.aborted) giveUp()
  })
}

/** Tells Outcrop and AWS apart, and both from everybody else, by what a visit showed. */
export function ownerOf({ status, headers, body }: Visit): Owner {
  if (headers['x-amzn-requestid'] === undefined) return 'unknown'
  // Only Outcrop has such a path; it answers 503 while it shuts down.
  if ((status === 200 || status === 503) && /^\{"status":"(?:ok|shutting down)"\}$/.test(body)) return 'outcrop'
  return 'aws'
}

/** What a failed visit met, in words. */
export function describeVisitFailure(cause: unknown): string {
  const code = codeOf(cause)
  return code === 'AbortError' || code === 'ABORT_ERR' ? 'no answer in time' : code
}

function healthOf(url: URL): URL {
  const health = new URL(url)
  health.pathname = `${url.pathname.replace(/\/$/, '')}/healthz`
  return health
}

function plain(headers: http.IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}

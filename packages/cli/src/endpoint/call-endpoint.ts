import http from 'node:http'
import https from 'node:https'
import { CommandFailure } from '../failure.ts'
import { type Env, printable } from '../io.ts'
import { authorize } from './authorize.ts'

/** Where a command's calls go, and as whom. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string
  readonly region: string
  readonly env: Env
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** How long an answer may be silent, before its first byte and between any two; 0 waits for ever. */
  readonly silenceMs?: number
}

/** Models think, but not for longer than this without a word. */
const usualSilenceMs = 120_000

/** One call, signed as whoever the environment's credentials say. */
export interface EndpointCall {
  readonly method: 'GET' | 'POST'
  /** Percent-encoded, from the endpoint's root. */
  readonly path: string
  readonly query?: string
  readonly json?: unknown
  readonly signal?: AbortSignal
}

/** A successful answer whose body is still to be read. */
export interface EndpointAnswer {
  readonly headers: http.IncomingHttpHeaders
  readonly body: AsyncIterable<Uint8Array>
}

/** Calls an endpoint and returns its answer once the headers are there; any refusal is a `CommandFailure`. */
export async function callEndpoint(endpoint: Endpoint, call: EndpointCall): Promise<EndpointAnswer> {
  const answer = await send(endpoint, call)
  const { statusCode = 0, headers } = answer
  if (statusCode >= 200 && statusCode <= 299) return { headers, body: answer }
  throw new CommandFailure(explainRefusal(statusCode, headers, await readText(answer, 65_536)))
}

/** Calls an endpoint and returns the JSON that it answers. */
export async function callForJson(endpoint: Endpoint, call: EndpointCall): Promise<unknown> {
  const { body } = await callEndpoint(endpoint, call)
  const text = await readText(body, 64 * 1024 * 1024)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CommandFailure(`${endpoint.url} did not answer with JSON: is it a Bedrock endpoint?`, { cause })
  }
}

// node:http and not fetch, because fetch gives up on an answer that is silent for five minutes, and models think.
function send(
  endpoint: Endpoint,
  { method, path, query = '', json, signal }: EndpointCall,
): Promise<http.IncomingMessage> {
  const url = new URL(endpoint.url)
  const rawPath = `${url.pathname.replace(/\/$/, '')}${path}`
  const body = new TextEncoder().encode(json === undefined ? '' : JSON.stringify(json))
  const headers: Record<string, string> = {
    host: url.host,
    accept: 'application/json, application/vnd.amazon.eventstream',
    ...(json !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
  }
  const { silenceMs = usualSilenceMs } = endpoint
  const caller = { env: endpoint.env, region: endpoint.region, now: endpoint.now() }
  const proof = authorize({ method, rawPath, rawQuery: query, headers }, body, caller)
  const options: http.RequestOptions = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method,
    path: query === '' ? rawPath : `${rawPath}?${query}`,
    headers: { ...headers, ...proof, 'user-agent': 'outcrop-cli' },
    agent: false,
    timeout: silenceMs,
    ...(signal && { signal }),
  }
  return new Promise((resolve, reject) => {
    let answer: http.IncomingMessage | undefined
    const request = (url.protocol === 'https:' ? https : http).request(options, (started) => {
      answer = started
      resolve(started)
    })
    request.on('timeout', () => {
      const failure = new CommandFailure(`${endpoint.url} has been silent for ${silenceMs / 1000} seconds`)
      answer?.destroy(failure)
      request.destroy(failure)
    })
    request.on('error', (cause) => {
      reject(signal?.aborted || cause instanceof CommandFailure ? cause : explainSilence(endpoint.url, cause))
    })
    request.end(body)
  })
}

function explainSilence(url: string, cause: Error): CommandFailure {
  const code = 'code' in cause ? String(cause.code) : ''
  if (code === 'ECONNREFUSED') {
    return new CommandFailure(`nothing answers at ${url}: start it with "outcrop serve", or name another with --url`, {
      cause,
    })
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CommandFailure(`${url} names a host that cannot be found`, { cause })
  }
  return new CommandFailure(`the call to ${url} failed: ${printable(cause.message || code)}`, { cause })
}

function explainRefusal(status: number, headers: http.IncomingHttpHeaders, body: string): string {
  const code = String(headers['x-amzn-errortype'] ?? '').split(':')[0] || `HTTP ${status}`
  const refusal = `${code}: ${messageIn(body) || http.STATUS_CODES[status] || 'no message'}`
  const hint = status === 403 && code !== 'AccessDeniedException' ? advice[code] : undefined
  return printable(hint === undefined ? refusal : `${refusal} (${hint})`)
}

const setKeys =
  'set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to what the endpoint knows'

const advice: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: setKeys,
  UnrecognizedClientException: setKeys,
}

function messageIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    // Refusals of API keys spell it with a capital (WIRE §2.2).
    for (const key of ['message', 'Message']) {
      const message = isRecord(parsed) ? parsed[key] : undefined
      if (typeof message === 'string') return message
    }
  } catch {
    // Not JSON: a proxy's page, most likely, and its status says more.
  }
  return ''
}

async function readText(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of chunks) {
      parts.push(chunk)
      size += chunk.length
      if (size > maxBytes) break
    }
  } catch (cause) {
    throw new CommandFailure('the answer broke off: the connection was cut', { cause })
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Tells a JSON object from everything else. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

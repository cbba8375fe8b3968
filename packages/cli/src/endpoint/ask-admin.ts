import { createHash, createHmac } from 'node:crypto'
import { findAwsCredentials } from '@outcrop/client/control'
import { emptySha256, type Hasher, signRequest } from '@outcrop/protocol'
import { clientOptions } from '../aws/client-options.ts'
import { findCredentials } from '../aws/find-credentials.ts'
import { CommandFailure } from '../failure.ts'
import { type Io, printable } from '../io.ts'
import { silentFor, toCommandFailure } from './to-command-failure.ts'

/** A question to an endpoint's admin API, and who asks it. */
export interface AdminQuestion {
  /** Without a slash at its end. */
  readonly url: string
  /** Below `/admin/`. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly region: string
  readonly profile?: string | undefined
}

const limitMs = 30_000

/** Asks an endpoint's admin API as its operator; rejects with a sentence that says what to do when it does not answer. */
export async function askAdmin(question: AdminQuestion, io: Io): Promise<unknown> {
  const { url } = question
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(question.query)) if (value !== undefined) search.set(name, value)
  const rawQuery = search.toString()
  const target = `${url}/admin/${question.path}${rawQuery === '' ? '' : `?${rawQuery}`}`
  const headers = await authorize(question, new URL(target), io)
  let answer: Response
  let text: string
  try {
    answer = await fetch(target, { headers, redirect: 'manual', signal: AbortSignal.timeout(limitMs) })
    text = await answer.text()
  } catch (cause) {
    throw explain(cause, url)
  }
  const body = parse(text)
  if (!answer.ok) throw refused(answer, body, url)
  if (body === undefined) throw new CommandFailure(`${url} did not answer with JSON: is it an Outcrop endpoint?`)
  return body
}

async function authorize(
  { url, region, profile }: AdminQuestion,
  target: URL,
  io: Io,
): Promise<Record<string, string>> {
  const credentials = await findCredentials({ profile, url }, io)
  if (credentials.kind === 'none') return {}
  if (credentials.kind === 'bearer') return { authorization: `Bearer ${credentials.token}` }
  try {
    const keys = await findAwsCredentials(clientOptions(credentials, { url, region, now: io.now }))
    const { pathname, search, host } = target
    const request = { method: 'GET', rawPath: pathname, rawQuery: search.slice(1), headers: { host } }
    return signRequest(hasher, request, emptySha256, { keys, region, service: 'bedrock', now: io.now() }).headers
  } catch (cause) {
    throw toCommandFailure(cause, url)
  }
}

const hasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // which is told of as what it is: no answer of ours
  }
}

function refused({ status, headers }: Response, body: unknown, url: string): CommandFailure {
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : ''
  const name = headers.get('x-amzn-errortype')?.split(':')[0] ?? `HTTP ${status}`
  if (message !== '') return new CommandFailure(printable(`${name}: ${message}`))
  return new CommandFailure(printable(`${name} from ${url}: is it an Outcrop endpoint?`))
}

function explain(cause: unknown, url: string): CommandFailure {
  if (cause instanceof Error && cause.name === 'TimeoutError') return silentFor(limitMs, url)
  const inner = cause instanceof Error ? cause.cause : undefined
  const code = typeof inner === 'object' && inner !== null && 'code' in inner ? String(inner.code) : undefined
  if (code === 'ECONNREFUSED') {
    return new CommandFailure(`nothing answers at ${url}: start it with "outcrop serve", or name another with --url`, {
      cause,
    })
  }
  return new CommandFailure(`${url} did not answer${code === undefined ? '' : ` (${code})`}`, { cause })
}

import { FrameError } from '@outcrop/protocol'
import { BrokenEventError } from './broken-event-error.ts'

/** A call that got no answer, or not all of it, because the connection failed; a `TypeError`, as `fetch` itself throws. */
export class BedrockConnectionError extends TypeError {
  override readonly name = 'BedrockConnectionError'
  readonly region: string
  /** The platform's own code, such as `ECONNREFUSED`, where it gives one. */
  readonly code: string | undefined
  /** Whether the next attempt may succeed: not where a certificate was refused, nor at a port that no fetch calls. */
  readonly retryable: boolean

  constructor(cause: unknown, options: { readonly region: string; readonly url?: string | undefined }) {
    const code = codeOf(cause)
    super(sayConnection(code, cause, options), { cause })
    this.region = options.region
    this.code = code
    this.retryable = !isCertificate(code, cause) && !chain(cause).some(({ message }) => message === 'bad port')
  }
}

// Node's and undici's codes (in `cause`, since fetch throws a TypeError around them) and Bun's (on the error itself).
const codes =
  /^(?:E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|(?:HOST|NET)(?:UNREACH|DOWN)|NOTFOUND|AI_AGAIN|NETRESET|ADDRNOTAVAIL|PROTO)|UND_ERR_(?:SOCKET|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|CLOSED|DESTROYED|RES_CONTENT_LENGTH_MISMATCH)|HPE_[A-Z_]+|ERR_(?:SSL|TLS|HTTP2|STREAM_PREMATURE)[A-Z_]*|Connection(?:Refused|Closed|Reset|Timeout)|FailedToOpenSocket|Timeout|HTTP2?\w*)$/
const certificates = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY/i

// What the others say without a code: Chromium, Firefox, Safari, Deno, workerd, and undici about a body that broke off.
const words =
  /fetch failed|failed to fetch|network\s?error|load failed|network connection (?:was )?lost|error in input stream|error sending request|client error \(|connection (?:error|reset|refused|closed)|body from connection|socket (?:connection was )?closed|unable to connect|other side closed|^terminated$|Premature close|end of file before message length|unexpected eof|certificate/i

/** Tells whether what `fetch` or a body threw is a connection that failed, on Node, Deno, Bun, workers and browsers alike. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'AbortError' || error.name === 'TimeoutError') return false
  // Bytes that are no frames, and events that are no JSON, were broken on their way.
  if ([BedrockConnectionError, FrameError, BrokenEventError].some((kind) => error instanceof kind)) return true
  return chain(error).some(
    (link) => codes.test(ownCode(link) ?? '') || certificates.test(ownCode(link) ?? '') || words.test(link.message),
  )
}

/** An error and its causes, as deep as platforms nest them; of an AggregateError its first. */
function chain(error: unknown): readonly Error[] {
  const links: Error[] = []
  let link: unknown = error
  while (link instanceof Error && links.length < 6) {
    links.push(link)
    link = link instanceof AggregateError && link.cause === undefined ? (link.errors[0] as unknown) : link.cause
  }
  return links
}

function ownCode(link: Error): string | undefined {
  return 'code' in link && typeof link.code === 'string' ? link.code : undefined
}

/** The innermost code says most. */
function codeOf(error: unknown): string | undefined {
  return chain(error)
    .map(ownCode)
    .findLast((code) => code !== undefined)
}

function isCertificate(code: string | undefined, error: unknown): boolean {
  return certificates.test(code ?? '') || chain(error).some(({ message }) => /certificate/i.test(message))
}

function sayConnection(
  code: string | undefined,
  cause: unknown,
  { region, url }: { region: string; url?: string | undefined },
): string {
  const host = url === undefined ? `Bedrock in ${region}` : hostOf(url)
  const why = chain(cause).at(-1)?.message ?? String(cause)
  const what = `The connection to ${host} failed: ${why}${code === undefined || why.includes(code) ? '' : ` (${code})`}.`
  const next = (hintByCode.get(code) ?? (isCertificate(code, cause) ? certificateHint : undefined))?.(region)
  return next === undefined ? what : `${what} ${next}`
}

const certificateHint = (): string =>
  'The server showed a certificate that is not trusted here: behind a proxy that opens TLS, give Node its authority (NODE_EXTRA_CA_CERTS).'
const hintByCode = new Map<string | undefined, (region: string) => string>([
  [
    'ENOTFOUND',
    (region) =>
      `Nothing has that name: is "${region}" a Region of Bedrock, and does this network resolve public names?`,
  ],
  ['ECONNREFUSED', () => 'Nothing listens there: check baseURL.'],
  ['ConnectionRefused', () => 'Nothing listens there: check baseURL.'],
])

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return url
  }
}

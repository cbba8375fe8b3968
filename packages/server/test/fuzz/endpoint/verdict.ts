import { createFrameDecoder, createSseReader, stringHeader } from '@outcrop/protocol'
import type { Answer } from './wire.ts'

/** How the caller of a path reads refusals. */
export type Dialect = 'aws' | 'anthropic' | 'either' | 'sts'

/** Whose refusals a request gets: by its raw path, and on Anthropic's own paths by whom it is signed for (WIRE §1.3, §5.6). */
export function dialectOf(target: string, authorization = ''): Dialect {
  const [path = ''] = target.split('?', 1)
  if (path === '/mantle' || path.startsWith('/mantle/')) return 'anthropic'
  // On the runtime the front door speaks AWS, the model's side Anthropic.
  if (path.startsWith('/anthropic/') || path.startsWith('/openai/')) return 'either'
  // Who signed for Bedrock is answered by Bedrock.
  if (path.startsWith('/v1/')) return authorization.startsWith('AWS4-HMAC-SHA256') ? 'either' : 'anthropic'
  return path === '/' ? 'sts' : 'aws'
}

// Every status that a refusal of bad input has. No 5xx: bad input is nobody's defect, and must not be tried again.
const statuses: ReadonlySet<number> = new Set([200, 400, 401, 403, 404, 405, 408, 413, 417, 431])

const traces =
  /\n\s+at .+:\d+|node:internal|Cannot read prop|is not a function|is not iterable|node_modules|\/src\/|\/dist\//

/** Throws when an answer to bad input is not one that its caller can read. */
export function judge({ status, headers, body }: Answer, dialect: Dialect): void {
  const text = body.toString()
  const fail = (why: string): never => {
    throw new Error(`${why}: ${status} ${JSON.stringify(headers)} ${text.slice(0, 1000)}`)
  }
  if (!statuses.has(status)) fail('a status that bad input never has')
  if (traces.test(text) || text.includes(process.cwd())) fail('a look inside')
  if (headers['x-amzn-requestid'] === undefined) fail('no request id')
  const type = headers['content-type'] ?? ''
  const read = readers[type]
  if (read === undefined) return fail('an unknown content type')
  try {
    read(body)
  } catch (cause) {
    throw new Error(`${String(cause)}: ${status} ${JSON.stringify(headers)} ${text.slice(0, 1000)}`, { cause })
  }
  if (status === 200) return
  const spoken = type === 'text/xml' ? 'sts' : headers['x-amzn-errortype'] === undefined ? 'anthropic' : 'aws'
  // What the edge refuses before it knows a path is told in AWS's words; with a path it speaks as everybody there.
  const isPathless = spoken === 'aws' && (status === 408 || status === 431 || text.includes('not well-formed HTTP'))
  // The edge knows nothing of STS, nor of who signed for whom.
  const byEdge = status === 408 || status === 417 || status === 431
  const spoke = byEdge && dialect === 'sts' ? speaks.aws : speaks[dialect]
  if (!isPathless && !spoke.has(spoken)) fail(`a refusal for readers of ${spoken} where ${dialect} is read`)
  envelopes[spoken](headers, text, fail)
}

type Spoken = 'aws' | 'anthropic' | 'sts'

const speaks: Readonly<Record<Dialect, ReadonlySet<Spoken>>> = {
  aws: new Set(['aws']),
  anthropic: new Set(['anthropic']),
  either: new Set(['aws', 'anthropic']),
  // What is no form is no STS request, and belongs to nobody.
  sts: new Set(['sts', 'aws']),
}

const readers: Readonly<Record<string, (body: Buffer) => void>> = {
  'application/json': (body) => void JSON.parse(body.toString()),
  'text/xml': (body) => {
    const text = body.toString()
    // Whatever a parameter held, the tags are ours and in pairs.
    const open = text.match(/<[A-Z]\w*/gi)?.length
    if (open === undefined || open !== text.match(/<\/\w+>/g)?.length) throw new Error('no XML')
    if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/.test(text)) throw new Error('a character that XML cannot hold')
  },
  'application/vnd.amazon.eventstream': (body) => {
    const decoder = createFrameDecoder()
    for (const frame of decoder.push(body)) {
      const exception = stringHeader(frame, ':exception-type')
      if (exception === 'internalServerException') throw new Error('an internal error in a stream')
      JSON.parse(Buffer.from(frame.payload).toString())
    }
    decoder.end()
  },
  'text/event-stream': (body) => {
    for (const { event, data } of createSseReader().push(body)) {
      JSON.parse(data)
      if (event === 'error' && data.includes('api_error')) throw new Error('an internal error in a stream')
    }
  },
}

type Fail = (why: string) => never

const envelopes: Readonly<Record<Spoken, (headers: Answer['headers'], text: string, fail: Fail) => void>> = {
  aws: (headers, text, fail) => {
    const body = readObject(text)
    const message = body['message'] ?? body['Message']
    if (typeof message !== 'string' || message === '') fail('no message')
    if (!/^[A-Z]\w+Exception:http:\/\/internal\.amazon\.com\/coral\//.test(headers['x-amzn-errortype'] ?? '')) {
      fail('no type of error')
    }
  },
  anthropic: (_, text, fail) => {
    const body = readObject(text)
    const error = body['error']
    const isError = typeof error === 'object' && error !== null && 'message' in error && 'type' in error
    if (!isError || typeof error.message !== 'string' || error.message === '') fail('no error object')
    // OpenAI's routes on mantle have an envelope of their own (WIRE §5.6).
    if (body['type'] !== 'error' && !(isError && 'code' in error)) fail('no error envelope')
  },
  sts: (_, text, fail) => {
    if (!/^<ErrorResponse .*<Code>\w+<\/Code><Message>[^<]+<\/Message>/s.test(text)) fail('no STS error')
  },
}

function readObject(text: string): { readonly [key: string]: unknown } {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** What the body of a failure says, in whichever of its shapes it came. */
export interface FailureBody {
  /** AWS's name, bare: `ThrottlingException`. */
  readonly code?: string | undefined
  /** Anthropic's name, where its envelope was used. */
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  /** The status that the model itself gave, where Bedrock passes it on. */
  readonly originalStatus?: number | undefined
}

// What Bedrock says is shorter by far; a longer text is a page of something else.
const longestBody = 64 * 1024
const longestMessage = 4_000
// Texts in texts: seen twice at most.
const deepest = 4

/**
 * Reads `{"message"}` and `{"Message"}` of AWS, Anthropic's envelope, OpenAI's `{"error"}`, a body in `Output`, and each of these
 * as a text inside another (WIRE §2.2, §4.5, §5.5, §5.6). What is no JSON is the message itself; a page of HTML is its title.
 */
export function readFailureBody(text: string): FailureBody {
  return readText(text.length > longestBody ? text.slice(0, longestBody) : text, 0)
}

/** AWS's bare name in `ThrottlingException:http://…` or `com.amazon.coral.service#ThrottlingException`. */
export function bareCode(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const name = text.slice(0, 300).split(':', 1)[0] ?? ''
  const bare = name.slice(name.lastIndexOf('#') + 1)
  return /^[A-Za-z][A-Za-z0-9_.]{0,99}$/.test(bare) ? bare : undefined
}

function readText(text: string, depth: number): FailureBody {
  const trimmed = text.trim()
  if (depth < deepest && /^[[{"]/.test(trimmed)) {
    const found = readValue(parse(trimmed), depth + 1)
    if (found !== undefined) return found
  }
  return trimmed === '' ? {} : { message: shorten(trimmed.startsWith('<') ? sayPage(trimmed) : trimmed) }
}

function readValue(value: unknown, depth: number): FailureBody | undefined {
  if (typeof value === 'string') return readText(value, depth)
  if (!isRecord(value)) return undefined
  const { error, Output: output } = value
  const outer = depth > deepest ? undefined : (readValue(output, depth + 1) ?? readValue(error, depth + 1))
  // The model's own words say more than Bedrock's about a stream that broke.
  const words = firstText(value['originalMessage'], value['message'], value['Message'], value['detail'])
  const inner = words === undefined ? {} : readText(words, depth)
  const originalStatus = value['originalStatusCode']
  return merge(outer ?? {}, {
    code: bareCode(value['aws_code']) ?? bareCode(value['code']) ?? bareCode(value['__type']) ?? inner.code,
    // `error` is the envelope's own type; the error inside of it says which.
    type: typeof value['type'] === 'string' && value['type'] !== 'error' ? shorten(value['type'], 100) : inner.type,
    message: inner.message,
    requestId: firstText(value['request_id'], value['requestId']) ?? inner.requestId,
    originalStatus: typeof originalStatus === 'number' ? originalStatus : inner.originalStatus,
  })
}

function merge(first: FailureBody, second: FailureBody): FailureBody {
  return {
    code: first.code ?? second.code,
    type: first.type ?? second.type,
    message: first.message ?? second.message,
    requestId: first.requestId ?? second.requestId,
    originalStatus: first.originalStatus ?? second.originalStatus,
  }
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '')
}

function sayPage(html: string): string {
  const title = /<title[^>]{0,100}>([^<]{1,200})/i.exec(html)?.[1]?.trim()
  return title === undefined ? 'A page of HTML' : `A page of HTML: ${title}`
}

function shorten(text: string, most = longestMessage): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

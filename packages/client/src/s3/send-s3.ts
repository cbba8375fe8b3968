import type { Platform } from '../platform.ts'
import { readText } from '../control/read-text.ts'
import type { MemoisedCredentials } from '../credentials/memoise-credentials.ts'
import { sharedCredentials } from '../credentials/shared-credentials.ts'
import { untilAborted } from '../credentials/until-aborted.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { AwsCredentials } from '../options.ts'
import { nextStep } from '../reliability/retry-policy.ts'
import { createTimedFetch, type TimedFetch } from '../reliability/timed-fetch.ts'
import { payloadHash } from '../signing/payload-hash.ts'
import { pause } from '../transport/pause.ts'
import { throughProxies } from '../transport/through-proxies.ts'
import { createBucketRegions, type BucketRegions } from './bucket-regions.ts'
import { errorElement, readRefusal, type ReadRefusal, type S3Subject } from './s3-failure.ts'
import { S3Error } from './s3-error.ts'
import type { S3Options } from './s3-options.ts'
import { s3Endpoint, type S3Endpoint, s3Url } from './s3-url.ts'
import { signS3Request, type UnsignedS3Request } from './sign-s3-request.ts'
import { toS3Error } from './to-s3-error.ts'

/** A request to S3, before it is known where that is. */
export interface S3Request extends S3Subject {
  readonly method: UnsignedS3Request['method']
  readonly query?: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

/** Sends requests to one S3. */
export interface S3Sender {
  /** A successful answer whose body nobody has read; everything else rejects, a refusal or a failed connection as `S3Error`. */
  send(request: S3Request): Promise<Response>
  /** The same, read as text. An `Error` under status 200, which S3 sends when it had begun to answer, rejects as well. */
  sendForText(request: S3Request): Promise<{ readonly headers: Headers; readonly text: string }>
  /** The Region that calls for a bucket are signed for. */
  regionOf(bucket: string): Promise<string>
  readonly maxRetries: number
}

/** The options of a client for S3, once they have been read. */
interface Line {
  readonly endpoint: S3Endpoint
  readonly regions: BucketRegions
  readonly regionOf: (bucket: string) => Promise<string>
  /** Absent where nothing is signed. */
  readonly credentials: MemoisedCredentials | undefined
  readonly fetch: TimedFetch
  readonly hasher: Platform['hasher']
  readonly maxRetries: number
  readonly now: () => number
  readonly random: () => number
}

const usualRetries = 2
// The longest part is 8 MiB: a line that needs more than this for it is none for S3.
const usualLimits = { connect: 10_000, firstByte: 120_000, idle: 60_000 } as const

/** Reads the options of a client for S3 once; throws a `ConfigurationError` or a `CredentialError` for what cannot be meant. */
export function createS3Sender(options: S3Options, platform: Platform): S3Sender {
  const { maxRetries = usualRetries, now = Date.now, random = Math.random } = options
  const endpoint = s3Endpoint(options, platform)
  const configuredRegion = createRegionResolver(options, platform)
  const regions = createBucketRegions(endpoint)
  const regionOf = async (bucket: string): Promise<string> => regions.get(bucket) ?? configuredRegion()
  const credentials = options.skipAuth === true ? undefined : sharedCredentials({ ...options, apiKey: null }, platform)
  const line: Line = {
    endpoint,
    regions,
    regionOf,
    credentials,
    fetch: s3Fetch(options, platform),
    hasher: platform.hasher,
    maxRetries,
    now,
    random,
  }
  return {
    maxRetries,
    regionOf,
    send: (request) => sendUntilAnswered(line, request, async (response) => response),
    sendForText: (request) => sendUntilAnswered(line, request, (response) => readAnswer(line, request, response)),
  }
}

/** Sends until an answer could be read; what reading rejects with is a failure of the attempt like any other. */
async function sendUntilAnswered<Read>(
  line: Line,
  request: S3Request,
  read: (response: Response) => Promise<Read>,
): Promise<Read> {
  const { credentials, regions } = line
  const { signal, bucket } = request
  const hash = await payloadHash(request.body, line.hasher)
  let isRefreshed = false
  let isMoved = false
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted()
    const keys = credentials === undefined ? undefined : await untilAborted(credentials.get(), signal)
    const retryAfter: { ms?: number | undefined } = {}
    try {
      const response = await sendOnce(line, request, hash, keys)
      if (response.ok) return await read(response)
      const refusal = await refusalOf(line, request, response)
      retryAfter.ms = refusal.retryAfterMs
      throw refusal.error
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof S3Error)) throw error
      if (!isMoved && (isMoved = regions.learn(bucket, error))) continue
      if (!isRefreshed && error.code === 'ExpiredToken') {
        isRefreshed = true
        if (await credentials?.refresh(keys)) continue
      }
      const waitMs = attempt < line.maxRetries ? waitAfter(error, retryAfter.ms, attempt, line.random) : undefined
      if (waitMs === undefined) throw error
      await pause(waitMs, signal)
    }
  }
}

async function sendOnce(
  { endpoint, regionOf, fetch, now, hasher }: Line,
  request: S3Request,
  payloadHash: string,
  keys: AwsCredentials | undefined,
): Promise<Response> {
  const region = await regionOf(request.bucket)
  const { method, headers = {}, body, signal } = request
  const unsigned = { method, url: s3Url(endpoint, region, request), headers, payloadHash }
  const init: RequestInit = {
    method,
    headers: keys === undefined ? headers : signS3Request(unsigned, { keys, region, now: now() }, hasher),
    redirect: 'manual',
    // What was signed is never shared memory, the one kind that `fetch` does not take.
    ...(body !== undefined && { body: body as BodyInit }),
    ...(signal !== undefined && { signal }),
  }
  try {
    return await fetch(unsigned.url, init, { isStream: true })
  } catch (error) {
    throw toS3Error(error, request, { region, url: unsigned.url })
  }
}

const mostRefusalBytes = 64 * 1024

async function refusalOf(
  { regionOf, now }: Line,
  request: S3Request,
  response: Response,
  text?: string,
): Promise<ReadRefusal> {
  const region = await regionOf(request.bucket)
  const body = text ?? (await readText(response, mostRefusalBytes).catch(() => ''))
  const { status, headers } = response
  return readRefusal(request, { status, headers, text: body, region, nowMs: now() })
}

async function readAnswer(line: Line, request: S3Request, response: Response) {
  const text = await readText(response).catch(async (error: unknown) => {
    throw toS3Error(error, request, { region: await line.regionOf(request.bucket), url: response.url })
  })
  if (text.includes('<Error') && errorElement(text) !== undefined) {
    throw (await refusalOf(line, request, response, text)).error
  }
  return { headers: response.headers, text }
}

/** How long to wait before the next attempt; `undefined` where it has no better chance. */
function waitAfter(
  { status = 503, code, message, region, retryable }: S3Error,
  retryAfterMs: number | undefined,
  attempt: number,
  random: () => number,
): number | undefined {
  const failure = { status, awsCode: code, type: 'api_error', message, region, retryable, retryAfterMs }
  const step = nextStep(failure, attempt, random)
  return step.kind === 'repeat' ? step.afterMs : undefined
}

/** `fetch` under limits of time, through the machine's proxies where nobody gave one. */
function s3Fetch({ fetch, timeouts }: S3Options, platform: Platform): TimedFetch {
  const timed = createTimedFetch(fetch ?? platformFetch, { ...usualLimits, ...timeouts })
  return fetch === undefined ? throughProxies(timed, platform) : timed
}

/** Looked up at each call: tools that record or replace the platform's `fetch` come and go. */
const platformFetch: typeof globalThis.fetch = (...given) => globalThis.fetch(...given)

import { ConfigurationError } from '../configuration-error.ts'
import type { BedrockOptions } from '../options.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { createS3, type S3 } from '../s3/create-s3.ts'
import { S3Error } from '../s3/s3-error.ts'
import type { S3Place } from '../s3/s3-objects.ts'
import type { S3Options } from '../s3/s3-options.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import type { BatchFiles } from './batch-files.ts'

/** The files of batches in S3, called by whom the client calls Bedrock by; failures are told as those of Bedrock are. */
export function createS3Files(region: string, options: BedrockOptions): BatchFiles {
  const s3 = createS3({ ...options, awsRegion: region, ...ownCredentials(options), ...options.batches?.s3 })
  return {
    async write(uri, lines, signal) {
      await told(s3.putObject(placeOf(uri), inPieces(lines), { contentType: 'application/x-jsonl', signal }))
    },
    read: (uri, signal) => toldOfEach(bytesOf(s3, placeOf(uri), signal)),
    list: (prefix, signal) => toldOfEach(urisUnder(s3, placeOf(prefix), signal)),
    async remove(uri, signal) {
      await told(s3.deleteObject(placeOf(uri), { signal }))
    },
  }
}

/** Credentials are replaced as a whole: new keys are never signed with an old session token. */
function ownCredentials({ batches }: BedrockOptions): S3Options {
  const { awsAccessKey, awsProfile, providerChainResolver } = batches?.s3 ?? {}
  const isOwn = [awsAccessKey, awsProfile, providerChainResolver].some((given) => given !== undefined && given !== null)
  const none = undefined
  return isOwn
    ? {
        awsAccessKey: none,
        awsSecretKey: none,
        awsSecretAccessKey: none,
        awsSessionToken: none,
        awsProfile: none,
        providerChainResolver: none,
      }
    : {}
}

function placeOf(uri: string): S3Place {
  const place = parseS3Uri(uri)
  if (place === undefined) throw new ConfigurationError(`${JSON.stringify(uri.slice(0, 200))} is no s3://bucket/key.`)
  return place
}

async function* bytesOf(s3: S3, place: S3Place, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void> {
  yield* (await s3.getObject(place, { signal })).body
}

async function* urisUnder(s3: S3, { bucket, key }: S3Place, signal: AbortSignal | undefined) {
  for await (const object of s3.listObjectsV2(bucket, { prefix: key, signal })) yield `s3://${bucket}/${object.key}`
}

const pieceLength = 1024 * 1024

/** Lines as bytes, some at a time: a request for each would be slow, and all at once would be in memory twice. */
async function* inPieces(lines: readonly string[]): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder()
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < pieceLength) continue
    yield encoder.encode(piece)
    piece = ''
  }
  if (piece !== '') yield encoder.encode(piece)
}

async function* toldOfEach<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  try {
    yield* items
  } catch (error) {
    throw toFailure(error)
  }
}

async function told<Made>(made: Promise<Made>): Promise<Made> {
  return made.catch((error: unknown) => {
    throw toFailure(error)
  })
}

const types = new Map<number | undefined, string>([
  [400, 'invalid_request_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [429, 'rate_limit_error'],
])

function toFailure(error: unknown): unknown {
  if (!(error instanceof S3Error)) return error
  const { status = 502, code, message, requestId, region, retryable } = error
  const type = types.get(status) ?? 'api_error'
  return new BedrockFailureError(
    { status, awsCode: code, type, message, requestId, region, retryable },
    { cause: error },
  )
}

import {
  hourLogPrefix,
  type Json,
  type LogPlace,
  type ModelInvocationLog,
  readModelInvocationLog,
} from '@outcrop/protocol'
import type { S3 } from '../s3/create-s3.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { LogFileError, readPackedLines, readPackedText } from './read-log-file.ts'

/** Which records to read. */
export interface LogRange {
  readonly from: Date
  /** Now, unless told otherwise; records of this very moment are not among them. */
  readonly to?: Date | undefined
  /** Whether bodies that lie in files of their own are fetched into their records; one more request each. */
  readonly withBodies?: boolean | undefined
}

/** A part of the log, and where it lies. */
export interface LogSource {
  readonly s3: Pick<S3, 'getObject' | 'listObjectsV2'>
  readonly bucket: string
  readonly place: LogPlace
  readonly range: LogRange
  readonly signal?: AbortSignal | undefined
}

const hourMs = 3_600_000

/** Reads the records of a time, hour after hour; throws a `LogFileError` that names the file when one cannot be read. */
export async function* readLogs(source: LogSource): AsyncGenerator<ModelInvocationLog, void, undefined> {
  const { s3, bucket, place, range, signal } = source
  const from = range.from.getTime()
  const to = (range.to ?? new Date()).getTime()
  if (!(from < to)) throw new RangeError('from: expected a time before `to`, which is now unless given')
  // A file lies in the hour of its delivery, and what happened at the end of an hour is delivered in the next.
  for (let hour = from - (from % hourMs); hour < to + hourMs; hour += hourMs) {
    const prefix = hourLogPrefix(place, hour)
    for await (const { key } of s3.listObjectsV2(bucket, { prefix, signal })) {
      if (key.startsWith(`${prefix}data/`) || !key.endsWith('.json.gz')) continue
      for await (const record of readFile(source, key)) {
        const at = Date.parse(record.timestamp)
        if (at >= from && at < to) yield range.withBodies === true ? await withBodies(record, source) : record
      }
    }
  }
}

async function* readFile({ s3, bucket, signal }: LogSource, key: string): AsyncGenerator<ModelInvocationLog> {
  const { body } = await s3.getObject({ bucket, key }, { signal })
  try {
    for await (const line of readPackedLines(body)) {
      const record = line.trim() === '' ? undefined : readModelInvocationLog(parse(line))
      if (record !== undefined) yield record
    }
  } catch (cause) {
    if (!(cause instanceof LogFileError)) throw cause
    throw new LogFileError(`s3://${bucket}/${key} cannot be read: ${cause.message}`, { cause })
  }
}

/** What is no JSON is no record: what else lies in a bucket is somebody else's. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

async function withBodies(record: ModelInvocationLog, source: LogSource): Promise<ModelInvocationLog> {
  const { input, output } = record
  const asked = await fetchBody(input.inputBodyS3Path, source)
  const answered = await fetchBody(output?.outputBodyS3Path, source)
  return {
    ...record,
    ...(asked !== undefined && { input: { ...input, inputBodyJson: asked } }),
    ...(answered !== undefined && { output: { ...output, outputBodyJson: answered } }),
  }
}

/** A body in a file of its own; `undefined` where there is none, or it is no JSON. */
async function fetchBody(path: string | undefined, { s3, signal }: LogSource): Promise<Json | undefined> {
  const place = path === undefined ? undefined : parseS3Uri(path)
  if (place === undefined) return undefined
  const { body } = await s3.getObject(place, { signal })
  try {
    return JSON.parse(await readPackedText(body)) as Json
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

import { createHash } from 'node:crypto'
import { batchTexts, parseJson } from '@outcrop/protocol'
import type { JobFile } from '../state/jobs.ts'
import type { Objects } from '../storage/objects.ts'
import { LineTooLong, readLines } from './read-lines.ts'

/** What a job may have at most, and at least. */
export interface BatchLimits {
  readonly minimumRecords: number
  readonly maximumRecords: number
  readonly fileBytes: number
  readonly jobBytes: number
  /** The most bytes that a line of the input may have. */
  readonly recordBytes: number
}

/** A record of the input, as it stands in its file. */
export interface InputRecord {
  readonly recordId: string
  /** `modelInput` as an object; nobody has looked into it. */
  readonly modelInput: object
}

/** What is wrong with a job's input, for its caller to read. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** Finds the files that an `s3Uri` names: the file itself, or everything under it that is called `*.jsonl`. */
export async function findFiles(
  objects: Objects,
  uri: string,
  limits: BatchLimits,
  signal: AbortSignal,
): Promise<readonly JobFile[]> {
  const files: JobFile[] = []
  let bytes = 0
  const add = (file: JobFile): void => {
    bytes += file.size
    files.push(file)
    if (file.size > limits.fileBytes) throw new InputError(batchTexts.fileTooLarge(file.name, limits.fileBytes))
    if (bytes > limits.jobBytes) throw new InputError(batchTexts.jobTooLarge(limits.jobBytes))
    // Every file has a record, or the job none: so many files have too many records.
    if (files.length > limits.maximumRecords) throw new InputError(batchTexts.tooManyRecords(limits.maximumRecords))
  }
  if (uri.endsWith('.jsonl')) {
    const size = await objects.size(uri, signal)
    if (size !== undefined) add({ uri, name: uri.slice(uri.lastIndexOf('/') + 1), size })
  } else {
    const prefix = uri.endsWith('/') ? uri : `${uri}/`
    for await (const found of objects.list(prefix, signal)) {
      if (found.uri.endsWith('.jsonl')) add({ ...found, name: found.uri.slice(prefix.length) })
    }
  }
  if (files.length === 0) throw new InputError(batchTexts.noInput(uri))
  return files
}

/** Reads every record of the input once, so that what is wrong with it is known before the first is answered; counts them. */
export async function countRecords(
  objects: Objects,
  files: readonly JobFile[],
  limits: BatchLimits,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  for (const [index, file] of files.entries()) {
    for await (const _record of readRecords(objects, { jobId: '', index, file }, limits, signal)) {
      count += 1
      if (count > limits.maximumRecords) throw new InputError(batchTexts.tooManyRecords(limits.maximumRecords))
    }
  }
  const least = Math.max(1, limits.minimumRecords)
  if (count < least) throw new InputError(batchTexts.tooFewRecords(count, least))
  return count
}

/** Reads the records of one file in order; `skip` of them are passed over unread. Throws `InputError` for what is none. */
export async function* readRecords(
  objects: Objects,
  { jobId, index, file }: { readonly jobId: string; readonly index: number; readonly file: JobFile },
  limits: BatchLimits,
  signal: AbortSignal,
  skip = 0,
): AsyncGenerator<InputRecord & { readonly number: number }> {
  let line = 0
  let number = 0
  let bytes = 0
  try {
    for await (const read of readLines(bounded(objects.read(file.uri, { signal })), limits.recordBytes)) {
      signal.throwIfAborted()
      line += 1
      if (isBlank(read)) {
        // A gigabyte of line ends is a thousand million lines, and each takes its time.
        if (line - number <= limits.maximumRecords) continue
        throw new InputError(
          batchTexts.badRecord(file.name, line, 'the file has more blank lines than a job has records.'),
        )
      }
      number += 1
      if (number > skip) yield { number, ...parseRecord(read, file.name, line, `${jobId}/${index}/${number}`) }
    }
  } catch (cause) {
    if (!(cause instanceof LineTooLong)) throw cause
    const why = `it has more than ${limits.recordBytes} bytes.`
    throw new InputError(batchTexts.badRecord(file.name, line + 1, why), { cause })
  }

  /** A file that grows while it is read is no other than one that was too large. */
  async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > limits.fileBytes) throw new InputError(batchTexts.fileTooLarge(file.name, limits.fileBytes))
      yield chunk
    }
  }
}

function parseRecord(bytes: Uint8Array, file: string, line: number, place: string): InputRecord {
  const refuse = (why: string): never => {
    throw new InputError(batchTexts.badRecord(file, line, why))
  }
  const parsed = parseJson(bytes)
  if (parsed.kind === 'malformed') return refuse('it is not JSON in UTF-8.')
  if (parsed.kind === 'tooDeep') return refuse('it nests too deeply.')
  if (parsed.kind === 'other') return refuse('it is not a JSON object.')
  const { recordId, modelInput } = parsed.value
  if (typeof modelInput !== 'object' || modelInput === null || Array.isArray(modelInput)) {
    return refuse('its modelInput is not a JSON object.')
  }
  if (recordId === undefined || recordId === null) return { recordId: makeRecordId(place), modelInput }
  if (typeof recordId !== 'string' || recordId === '') return refuse('its recordId is not a string of characters.')
  return { recordId, modelInput }
}

/** Documented: without an id, Bedrock adds one. The same record gets the same one, however often it is read. [?] Its form. */
function makeRecordId(place: string): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 11).toUpperCase()
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
}

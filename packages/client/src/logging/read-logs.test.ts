import { gzipSync } from 'node:zlib'
import type { ModelInvocationLog } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { LogFileError } from './read-log-file.ts'
import { type LogRange, type LogSource, readLogs } from './read-logs.ts'

const record = (requestId: string, timestamp: string, more: object = {}): ModelInvocationLog => ({
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
  timestamp,
  accountId: '111122223333',
  region: 'us-east-1',
  requestId,
  operation: 'Converse',
  modelId: 'us.anthropic.claude-opus-4-8',
  input: { inputTokenCount: 9 },
  ...more,
})

const folder = 'p/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/25/'
const lines = (...records: readonly unknown[]): Uint8Array =>
  gzipSync(records.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n'))

/** A bucket in memory that gives its files out seven bytes at a time. */
function bucketOf(files: Readonly<Record<string, Uint8Array>>): LogSource['s3'] & { readonly read: string[] } {
  const read: string[] = []
  return {
    read,
    async *listObjectsV2(_, { prefix = '' } = {}) {
      for (const key of Object.keys(files).sort()) {
        if (key.startsWith(prefix)) yield { key, size: files[key]?.byteLength ?? 0 }
      }
    },
    async getObject({ key }) {
      read.push(key)
      const bytes = files[key] ?? new Uint8Array()
      async function* body() {
        for (let start = 0; start < bytes.byteLength; start += 7) yield bytes.slice(start, start + 7)
      }
      return { size: bytes.byteLength, body: body() }
    },
  }
}

const noon: LogRange = { from: new Date('2026-11-25T10:30:00Z'), to: new Date('2026-11-25T12:00:00Z') }
async function idsOf(s3: LogSource['s3'], range = noon): Promise<string[]> {
  const place = { keyPrefix: 'p', account: '111122223333', region: 'us-east-1' }
  const ids: string[] = []
  for await (const { requestId } of readLogs({ s3, bucket: 'logs', place, range })) ids.push(requestId)
  return ids
}

describe('reading the log of a bucket', () => {
  it('gives the records of a time, those delivered in the hour after it too, and passes over everything else', async () => {
    const s3 = bucketOf({
      [`${folder}09/20261125T095959000Z_a.json.gz`]: lines(record('too-early-a-file', '2026-11-25T09:59:00Z')),
      [`${folder}10/20261125T103100000Z_b.json.gz`]: lines(
        record('before', '2026-11-25T10:29:59Z'),
        record('first', '2026-11-25T10:30:00Z'),
        'no JSON',
        '',
        { schemaType: 'Other' },
        record('second', '2026-11-25T10:31:00Z'),
      ),
      [`${folder}10/data/first_input.json.gz`]: lines(record('a-body', '2026-11-25T10:31:00Z')),
      [`${folder}11/notes.txt`]: lines(record('a-note', '2026-11-25T11:31:00Z')),
      [`${folder}12/20261125T120010000Z_c.json.gz`]: lines(
        record('late', '2026-11-25T11:59:59Z'),
        record('after', '2026-11-25T12:00:00Z'),
      ),
    })
    expect(await idsOf(s3)).toEqual(['first', 'second', 'late'])
    expect(s3.read).toHaveLength(2)
  })

  it('fetches bodies from their own files when asked', async () => {
    const at = '2026-11-25T11:00:00Z'
    const input = { inputTokenCount: 9, inputBodyS3Path: `s3://logs/${folder}11/data/big_input.json.gz` }
    const output = { outputBodyS3Path: `s3://logs/${folder}11/data/big_output.json.gz` }
    const s3 = bucketOf({
      [`${folder}11/20261125T110000000Z_a.json.gz`]: lines(record('big', at, { input, output })),
      [`${folder}11/data/big_input.json.gz`]: gzipSync('{"messages":[]}'),
      [`${folder}11/data/big_output.json.gz`]: gzipSync('no JSON'),
    })
    const place = { keyPrefix: 'p', account: '111122223333', region: 'us-east-1' }
    for await (const read of readLogs({ s3, bucket: 'logs', place, range: { ...noon, withBodies: true } })) {
      expect(read.input).toEqual({ ...input, inputBodyJson: { messages: [] } })
      expect(read.output).toEqual(output)
    }
    expect(s3.read).toHaveLength(3)
  })

  it.each([
    ['is not gzip', new TextEncoder().encode('plain')],
    ['is cut off', lines(record('a', '2026-11-25T11:00:00Z')).subarray(0, 90)],
  ])('names a file that %s', async (_, bytes) => {
    const key = `${folder}11/20261125T110000000Z_a.json.gz`
    const reading = idsOf(bucketOf({ [key]: bytes }))
    await expect(reading).rejects.toThrow(LogFileError)
    await expect(reading).rejects.toThrow(`s3://logs/${key} cannot be read: it is not gzip, or ends too early`)
  })

  it('reads no further than somebody wants', async () => {
    const s3 = bucketOf({
      [`${folder}11/a.json.gz`]: lines(
        ...Array.from({ length: 9_000 }, (_, n) => record(`${n}`, '2026-11-25T11:00:00Z')),
      ),
      [`${folder}11/b.json.gz`]: lines(record('b', '2026-11-25T11:00:00Z')),
    })
    const place = { keyPrefix: 'p', account: '111122223333', region: 'us-east-1' }
    for await (const { requestId } of readLogs({ s3, bucket: 'logs', place, range: noon })) {
      if (requestId === '3') break
    }
    expect(s3.read).toEqual([`${folder}11/a.json.gz`])
  })

  it('asks for a time that is one', async () => {
    await expect(idsOf(bucketOf({}), { from: new Date(5), to: new Date(5) })).rejects.toThrow(RangeError)
    await expect(idsOf(bucketOf({}), { from: new Date(Number.NaN) })).rejects.toThrow(RangeError)
  })
})

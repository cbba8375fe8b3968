import { createS3, type S3 } from '@outcrop/client/s3'
import { expect, it } from 'vitest'
import type { S3Config } from '../src/config/s3-config.ts'
import { defaultConfig } from '../src/config/config.ts'
import { openObjects } from '../src/storage/objects/open-objects.ts'
import { ask, createJob, orderOf, recordOf, startBatchServer, waitForJob } from './support/batch.ts'

function read(name: string): string {
  const value = process.env[`OUTCROP_TEST_S3_${name}`]
  if (value === undefined) throw new Error(`OUTCROP_TEST_S3_${name} is not set: run npm run test:services`)
  return value
}

const where = (secretAccessKey = read('SECRET_ACCESS_KEY')): S3Config => ({
  endpoint: read('URL'),
  credentials: { accessKeyId: read('ACCESS_KEY_ID'), secretAccessKey },
})

async function newBucket(): Promise<{ s3: S3; bucket: string }> {
  const s3 = createS3({
    s3URL: read('URL'),
    awsAccessKey: read('ACCESS_KEY_ID'),
    awsSecretKey: read('SECRET_ACCESS_KEY'),
    awsRegion: 'us-east-1',
  })
  const bucket = `outcrop-jobs-${process.pid}-${Date.now()}`
  await s3.createBucket(bucket)
  return { s3, bucket }
}

async function linesOf(s3: S3, bucket: string, key: string): Promise<ReadonlyArray<Record<string, unknown>>> {
  let text = ''
  for await (const piece of (await s3.getObject({ bucket, key })).body) text += Buffer.from(piece).toString()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const serverAt = async (s3: S3Config) => {
  const config = { ...defaultConfig, s3 }
  return startBatchServer({}, { s3 }, { objects: await openObjects(config) })
}

it('runs a job over a folder of a bucket, and leaves its output and its manifest in the bucket', async () => {
  const { s3, bucket } = await newBucket()
  const server = await serverAt(where())
  const lines = Array.from({ length: 120 }, (_, at) => recordOf(`R${at}`, `Say ${at}`))
  await s3.putObject({ bucket, key: 'in/a one.jsonl' }, lines.slice(0, 100).join('\n'))
  await s3.putObject({ bucket, key: 'in/b.jsonl' }, `${lines.slice(100).join('\n')}\n`)
  const id = await createJob(server, orderOf(`s3://${bucket}/in/`, `s3://${bucket}/out/`))
  expect(await waitForJob(server, id)).toMatchObject({ status: 'Completed' })
  const first = await linesOf(s3, bucket, `out/${id}/a one.jsonl.out`)
  const second = await linesOf(s3, bucket, `out/${id}/b.jsonl.out`)
  expect([...first, ...second].map(({ recordId }) => recordId)).toEqual(
    Array.from({ length: 120 }, (_, at) => `R${at}`),
  )
  expect(first[0]).toMatchObject({ modelOutput: { type: 'message', role: 'assistant' } })
  const [manifest] = await linesOf(s3, bucket, `out/${id}/manifest.json.out`)
  expect(manifest).toMatchObject({ totalRecordCount: 120, processedRecordCount: 120, successRecordCount: 120 })
})

it.each([
  ['a bucket that is not there', '-not', undefined, 'No .jsonl file was found at s3://BUCKET-not/in.jsonl.'],
  [
    'keys that the S3 does not know',
    '',
    'not-the-secret',
    "HeadObject of s3://BUCKET/in.jsonl was refused: AccessDenied: status 403. Check the keys, and allow s3:GetObject (and s3:ListBucket, to be told what is missing) to these credentials, in their policy and the bucket's.",
  ],
])('refuses or fails a job over %s, and says so', async (_, end, secret, said) => {
  const { s3, bucket } = await newBucket()
  await s3.putObject({ bucket, key: 'in.jsonl' }, recordOf('A', 'Hello'))
  const server = await serverAt(where(secret))
  const order = orderOf(`s3://${bucket}${end}/in.jsonl`, `s3://${bucket}/out/`)
  const answer = await ask(server, 'POST', '/model-invocation-job', order)
  const told = answer.status === 200 ? await waitForJob(server, String(answer.body['jobArn']).slice(-12)) : answer.body
  expect([answer.status, told['status'], told['message']]).toEqual([200, 'Failed', said.replace('BUCKET', bucket)])
})

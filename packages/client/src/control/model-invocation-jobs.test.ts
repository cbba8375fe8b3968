import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { createControl } from './control.ts'
import type { ModelInvocationJob } from './model-invocation-job.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly body: string
}

let seen: Seen[] = []
let reply: (seen: Seen) => { readonly status?: number; readonly body: string } = () => ({ body: '{}' })
let url = ''
const server = http.createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('end', () => {
    const got = { method: request.method ?? '', url: request.url ?? '', body }
    seen.push(got)
    const { status = 200, body: text } = reply(got)
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = []
})

function control() {
  const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'a-secret-of-this-test-alone' }
  return createControl({ baseURL: url, awsRegion: 'us-west-2', ...keys, random: () => 0 })
}

const jobArn = 'arn:aws:bedrock:us-west-2:123456789012:model-invocation-job/a1b2c3d4e5f6'
const told = {
  jobArn,
  jobName: 'nightly',
  modelId: 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
  roleArn: 'arn:aws:iam::123456789012:role/batch',
  status: 'InProgress',
  submitTime: '2026-11-25T09:00:00Z',
  inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: 's3://in/a.jsonl' } },
  outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://out/' } },
  totalRecordCount: 3,
  successRecordCount: 1,
}

describe('the jobs of the control plane', () => {
  it('are made over files of S3, with a token of their own', async () => {
    reply = () => ({ body: JSON.stringify({ jobArn }) })
    const made = await control().createModelInvocationJob({
      jobName: 'nightly',
      roleArn: told.roleArn,
      modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
      input: { s3Uri: 's3://in/a.jsonl' },
      output: { s3Uri: 's3://out/', s3BucketOwner: '210987654321' },
      timeoutDurationInHours: 48,
      tags: { team: 'search' },
    })
    expect(made).toEqual({ jobArn })
    const [asked] = seen
    expect([asked?.method, asked?.url]).toEqual(['POST', '/model-invocation-job'])
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      jobName: 'nightly',
      roleArn: told.roleArn,
      modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
      inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: 's3://in/a.jsonl' } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://out/', s3BucketOwner: '210987654321' } },
      timeoutDurationInHours: 48,
      tags: [{ key: 'team', value: 'search' }],
      clientRequestToken: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
    })
  })

  it('are got and stopped by their ARN', async () => {
    reply = ({ method }) => ({ body: method === 'GET' ? JSON.stringify(told) : '{}' })
    const job = await control().getModelInvocationJob(jobArn)
    expect(job).toMatchObject({
      jobArn,
      status: 'InProgress',
      input: { s3Uri: 's3://in/a.jsonl', s3InputFormat: 'JSONL' },
      output: { s3Uri: 's3://out/' },
      totalRecordCount: 3,
      successRecordCount: 1,
    })
    expect(job.errorRecordCount).toBeUndefined()
    await control().stopModelInvocationJob(jobArn)
    expect(seen.map(({ method, url: path }) => [method, path])).toEqual([
      ['GET', `/model-invocation-job/${encodeURIComponent(jobArn)}`],
      ['POST', `/model-invocation-job/${encodeURIComponent(jobArn)}/stop`],
    ])
  })

  it('are listed page by page, and what names no job is left out', async () => {
    reply = ({ url: path }) => ({
      body: JSON.stringify(
        path.includes('nextToken=t1')
          ? { invocationJobSummaries: [{ ...told, jobName: 'second' }, { jobName: 'of nobody' }] }
          : { invocationJobSummaries: [told], nextToken: 't1' },
      ),
    })
    const jobs: ModelInvocationJob[] = []
    const filters = {
      nameContains: 'nightly',
      submitTimeBefore: new Date('2026-11-25T10:00:00Z'),
      sortOrder: 'Descending',
      maxResults: 1,
    } as const
    for await (const page of control().listModelInvocationJobs(filters)) jobs.push(...page)
    expect(jobs.map(({ jobName }) => jobName)).toEqual(['nightly', 'second'])
    expect(seen.map(({ url: path }) => path)).toEqual([
      '/model-invocation-jobs?submitTimeBefore=2026-11-25T10%3A00%3A00.000Z&nameContains=nightly&maxResults=1&sortBy=CreationTime&sortOrder=Descending',
      '/model-invocation-jobs?submitTimeBefore=2026-11-25T10%3A00%3A00.000Z&nameContains=nightly&maxResults=1&sortBy=CreationTime&sortOrder=Descending&nextToken=t1',
    ])
  })

  it('refuse an id that is no segment of a path before anything is sent', async () => {
    await expect(control().getModelInvocationJob('..')).rejects.toThrow(TypeError)
    expect(seen).toEqual([])
  })

  it('are refused in the words of the service', async () => {
    reply = () => ({ status: 400, body: JSON.stringify({ __type: 'ConflictException', message: 'Already stopped' }) })
    const error = await control()
      .stopModelInvocationJob('a1b2c3d4e5f6')
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(BedrockFailureError)
    expect((error as BedrockFailureError).failure).toMatchObject({ status: 400, awsCode: 'ConflictException' })
  })

  it('are not taken from an answer that has none', async () => {
    reply = () => ({ body: '{"job":1}' })
    await expect(control().getModelInvocationJob('a1b2c3d4e5f6')).rejects.toThrow(/answered without jobArn/)
    await expect(control().listModelInvocationJobs().next()).rejects.toThrow(/answered without invocationJobSummaries/)
  })
})

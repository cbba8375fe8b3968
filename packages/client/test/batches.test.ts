import { Anthropic } from '@anthropic-ai/sdk'
import {
  AnthropicBedrock,
  BadRequestError,
  BedrockConfigurationError,
  type ClientOptions,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
} from '@outcrop/client'
import { createBedrockFetch } from '@outcrop/client/transport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bucket, startBucket } from './bucket.fixture.ts'
import { message, type Reply, type Scripted, startScripted } from './support.ts'

const account = '123456789012'
const jobArn = `arn:aws:bedrock:us-west-2:${account}:model-invocation-job/a1b2c3d4e5f6`
const id = `msgbatch_us-west-2_${account}_a1b2c3d4e5f6`
const roleArn = `arn:aws:iam::${account}:role/batch-inference`

interface StandIn {
  readonly name: string
  readonly body: Record<string, unknown>
  status: string
  more: Record<string, unknown>
}

let bucket: Bucket
let plane: Scripted
let jobs: Map<string, StandIn>
let next: Reply | undefined
beforeEach(async () => {
  jobs = new Map()
  next = undefined
  bucket = await startBucket()
  plane = await startScripted(({ method, path, body }) => {
    const scripted = next
    next = undefined
    if (scripted !== undefined) return scripted
    const { pathname, searchParams } = new URL(path, 'http://bedrock')
    if (pathname === '/model-invocation-jobs') return json(list(searchParams))
    if (method === 'POST' && pathname === '/model-invocation-job') return json({ jobArn: create(body) })
    const arn = decodeURIComponent(/^\/model-invocation-job\/([^/]+)/.exec(pathname)?.[1] ?? '')
    const job = jobs.get(arn)
    if (job === undefined) return refusal(404, 'ResourceNotFoundException', 'Could not find the job.')
    if (!pathname.endsWith('/stop')) return json(tell(arn, job))
    job.status = 'Stopping'
    return json({})
  })
})
afterEach(async () => {
  await plane[Symbol.asyncDispose]()
  await bucket[Symbol.asyncDispose]()
})

function json(value: object): Reply {
  return { body: JSON.stringify(value) }
}

function refusal(status: number, code: string, text: string): Reply {
  return { status, headers: { 'x-amzn-errortype': code }, body: JSON.stringify({ message: text }) }
}

function create(body: string): string {
  const asked = JSON.parse(body) as Record<string, unknown>
  const arn = jobs.size === 0 ? jobArn : `${jobArn.slice(0, -3)}${String(jobs.size).padStart(3, '0')}`
  jobs.set(arn, { name: String(asked['jobName']), body: asked, status: 'Submitted', more: {} })
  return arn
}

function tell(arn: string, { name, body, status, more }: StandIn) {
  const at = [...jobs.keys()].indexOf(arn)
  return { jobArn: arn, jobName: name, ...body, status, submitTime: `2026-11-25T09:00:0${at % 10}Z`, ...more }
}

function list(query: URLSearchParams) {
  const [after, before] = [query.get('submitTimeAfter') ?? '', query.get('submitTimeBefore') ?? '9']
  const all = [...jobs]
    .map(([arn, job]) => tell(arn, job))
    .filter((job) => job.submitTime > after && job.submitTime < before)
  if (query.get('sortOrder') === 'Descending') all.reverse()
  const from = Number(query.get('nextToken') ?? 0)
  const to = from + Math.min(2, Number(query.get('maxResults') ?? 2))
  return { invocationJobSummaries: all.slice(from, to), ...(to < all.length && { nextToken: String(to) }) }
}

function clientOf(options: ClientOptions = {}): AnthropicBedrock {
  return new AnthropicBedrock({
    baseURL: plane.url,
    awsRegion: 'us-west-2',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: 'a-secret-of-this-test-alone',
    random: () => 0,
    batches: { s3Uri: 's3://models/batches', roleArn, s3: { s3URL: bucket.url } },
    ...options,
  })
}

const params = { model: 'claude-opus-4-6', max_tokens: 16, messages: [{ role: 'user' as const, content: 'Hi' }] }
const requests = ['first', 'second', 'third'].map((custom_id) => ({ custom_id, params }))

/** Has the stand-in's job end, with these records of its requests. */
function end(status: string, records: readonly object[], more: Record<string, unknown> = {}) {
  const job = jobs.get(jobArn)
  if (job === undefined) throw new Error('There is no job.')
  job.status = status
  job.more = { endTime: '2026-11-25T09:10:00Z', ...more }
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  if (records.length > 0) bucket.objects.set(`models/batches/a1b2c3d4e5f6/${job.name}.jsonl.out`, text)
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a batch', () => {
  it('is a job over a file of S3', async () => {
    const batch = await clientOf({
      batches: {
        s3Uri: 's3://models/batches/',
        outputS3Uri: 's3://answers',
        roleArn,
        timeoutDurationInHours: 48,
        tags: { team: 'search' },
        s3: { s3URL: bucket.url },
      },
    }).messages.batches.create({ requests })
    expect(batch).toMatchObject({
      id,
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      results_url: null,
    })
    const asked = jobs.get(jobArn)
    expect(asked?.body).toEqual({
      jobName: expect.stringMatching(/^message-batch-3-[\da-f]{32}$/) as unknown,
      clientRequestToken: asked?.name.slice('message-batch-3-'.length),
      modelId: 'global.anthropic.claude-opus-4-6-v1',
      modelInvocationType: 'InvokeModel',
      roleArn,
      inputDataConfig: {
        s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: `s3://models/batches/${asked?.name}.jsonl` },
      },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://answers/' } },
      timeoutDurationInHours: 48,
      tags: [{ key: 'team', value: 'search' }],
    })
    const written = bucket.objects.get(`models/batches/${asked?.name}.jsonl`)?.trim().split('\n') ?? []
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual(
      ['first', 'second', 'third'].map((recordId) => ({
        recordId,
        modelInput: {
          anthropic_version: 'bedrock-2023-05-31',
          max_tokens: 16,
          messages: [{ role: 'user', content: 'Hi' }],
        },
      })),
    )
  })

  it('is followed to its results by a client that knows nothing but the id', async () => {
    await clientOf().messages.batches.create({ requests })
    const records = [
      { recordId: 'second', modelInput: {}, modelOutput: message },
      { recordId: 'first', modelInput: {}, error: { errorCode: 400, errorMessage: 'prompt is too long' } },
      { recordId: 'third', modelInput: {}, modelOutput: { ...message, id: 'msg_bdrk_3' } },
    ]
    end('Completed', records, { totalRecordCount: 3, successRecordCount: 2, errorRecordCount: 1 })
    const fresh = clientOf({
      awsRegion: 'eu-west-1',
      batches: { s3Uri: 's3://other', roleArn, s3: { s3URL: bucket.url } },
    })
    const batch = await fresh.messages.batches.retrieve(id)
    expect(batch).toMatchObject({
      processing_status: 'ended',
      ended_at: '2026-11-25T09:10:00Z',
      request_counts: { processing: 0, succeeded: 2, errored: 1, canceled: 0, expired: 0 },
      results_url: `${plane.url}/v1/messages/batches/${id}/results`,
      'amazon-bedrock-job': { jobArn, status: 'Completed' },
    })
    const results = await collect(await fresh.messages.batches.results(id))
    expect(results.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
      ['second', 'succeeded'],
      ['first', 'errored'],
      ['third', 'succeeded'],
    ])
    const [second, first] = results
    if (second?.result.type !== 'succeeded' || first?.result.type !== 'errored') throw new Error('as above')
    expect(second.result.message).toMatchObject({ ...message, usage: { ...message.usage, service_tier: 'batch' } })
    expect(first.result.error).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    // Half of 3 × $5 + 2 × $25 a million.
    expect(fresh.costOf(second.result.message).usd).toBe('0.0000325')
  })

  it('is one of the beta too, whose own header goes to no model', async () => {
    const client = clientOf()
    const betas = ['context-1m-2025-08-07']
    const made = await client.beta.messages.batches.create({ requests, betas })
    end('Completed', [{ recordId: 'first', modelOutput: message }])
    expect(made.id).toBe(id)
    expect(await collect(await client.beta.messages.batches.results(id))).toHaveLength(1)
    const [input] = [...bucket.objects.values()]
    expect(JSON.parse(input?.split('\n')[0] ?? '')).toMatchObject({ modelInput: { anthropic_beta: betas } })
  })

  it('is canceled, and then tells which requests were', async () => {
    const { batches } = clientOf().messages
    await batches.create({ requests })
    expect(await batches.cancel(id)).toMatchObject({ processing_status: 'canceling', ended_at: null })
    end('Stopped', [{ recordId: 'second', modelOutput: message }], {
      totalRecordCount: 3,
      successRecordCount: 1,
      errorRecordCount: 0,
    })
    expect((await batches.retrieve(id)).request_counts).toMatchObject({ succeeded: 1, canceled: 2 })
    const results = await collect(await batches.results(id))
    expect(results.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
      ['second', 'succeeded'],
      ['first', 'canceled'],
      ['third', 'canceled'],
    ])
  })

  it('has no results before its end, as the SDK itself says', async () => {
    const { batches } = clientOf().messages
    await batches.create({ requests })
    await expect(batches.results(id)).rejects.toThrow(/No batch `results_url`.*in_progress/)
  })

  it('is one for every client of Anthropic whose requests go through the fetch of Bedrock', async () => {
    const fetch = createBedrockFetch({
      baseURL: plane.url,
      awsRegion: 'us-west-2',
      awsAccessKey: 'AKIDEXAMPLE',
      awsSecretKey: 'a-secret-of-this-test-alone',
      batches: { s3Uri: 's3://models/batches', roleArn, s3: { s3URL: bucket.url } },
    })
    const { batches } = new Anthropic({ apiKey: 'of nobody', fetch }).messages
    const made = await batches.create({ requests })
    end('Completed', [{ recordId: 'first', modelOutput: message }])
    expect((await batches.retrieve(made.id)).results_url).toBe(
      `https://api.anthropic.com/v1/messages/batches/${id}/results`,
    )
    expect(await collect(await batches.results(made.id))).toHaveLength(1)
  })

  it('has its results left when their reader leaves', async () => {
    const { batches } = clientOf().messages
    await batches.create({ requests })
    end('Completed', [
      { recordId: 'first', modelOutput: message },
      { recordId: 'second', modelOutput: message },
    ])
    for await (const { custom_id } of await batches.results(id)) {
      expect(custom_id).toBe('first')
      break
    }
  })

  it('is deleted as far as S3 has anything of it, once it has ended', async () => {
    const { batches } = clientOf().messages
    await batches.create({ requests })
    expect(await thrownBy(batches.delete(id))).toBeInstanceOf(BadRequestError)
    end('Completed', [{ recordId: 'first', modelOutput: message }])
    bucket.objects.set('models/batches/other.jsonl', 'of somebody else')
    expect(await batches.delete(id)).toEqual({ id, type: 'message_batch_deleted' })
    expect([...bucket.objects.keys()]).toEqual(['models/batches/other.jsonl'])
    expect(await thrownBy(batches.results(id))).toBeInstanceOf(NotFoundError)
  })
})

function ids(...ends: readonly string[]) {
  return ends.map((last) => `msgbatch_us-west-2_${account}_a1b2c3d4e${last}`)
}

describe('the list of batches', () => {
  it('has the last first, and pages both ways', async () => {
    const { batches } = clientOf().messages
    for (let count = 0; count < 5; count += 1) await batches.create({ requests })
    jobs.set(`${jobArn.slice(0, -3)}900`, { name: 'nightly', body: {}, status: 'InProgress', more: {} })
    const found = ids('004', '003', '002', '001', '5f6')
    expect((await collect(batches.list())).map((batch) => batch.id)).toEqual(found)
    expect((await collect(batches.list({ limit: 2 }))).map((batch) => batch.id)).toEqual(found)
    const page = await batches.list({ limit: 2, after_id: ids('003')[0] ?? '' })
    expect([page.data.map((batch) => batch.id), page.has_more]).toEqual([ids('002', '001'), true])
    const back = await batches.list({ limit: 2, before_id: ids('001')[0] ?? '' })
    expect([back.data.map((batch) => batch.id), back.has_more]).toEqual([ids('003', '002'), true])
    expect(await batches.list({ after_id: ids('5f6')[0] ?? '' })).toMatchObject({ data: [], has_more: false })
  })

  it('refuses pages that cannot be', async () => {
    const { batches } = clientOf().messages
    expect(await thrownBy(batches.list({ limit: 0 }))).toBeInstanceOf(BadRequestError)
    expect(await thrownBy(batches.list({ after_id: id, before_id: id }))).toBeInstanceOf(BadRequestError)
  })
})

const cutOrders: typeof globalThis.fetch = async (input, init) => {
  if (init?.method === 'POST') throw new TypeError('fetch failed')
  return globalThis.fetch(input, init)
}

describe('what goes wrong', () => {
  it('is told before anything is sent', async () => {
    const none = await thrownBy(clientOf({ batches: undefined }).messages.batches.create({ requests }))
    expect(none).toBeInstanceOf(BedrockConfigurationError)
    expect(String(none)).toContain(
      "batches: { s3Uri: 's3://bucket/prefix', roleArn: 'arn:aws:iam::111122223333:role/batch-inference' }",
    )
    const wrong = { s3Uri: 'https://bucket', roleArn }
    expect(String(await thrownBy(clientOf({ batches: wrong }).messages.batches.create({ requests })))).toContain(
      'batches.s3Uri: it has to be s3://bucket/prefix',
    )
    const twice = [...requests, ...requests.slice(0, 1)]
    const error = await thrownBy(clientOf().messages.batches.create({ requests: twice }))
    expect(error).toBeInstanceOf(BadRequestError)
    expect(String(error)).toContain('requests.3.custom_id: "first" is there twice')
    expect(plane.asked.length + bucket.asked.length).toBe(0)
  })

  it('is an id that is none', async () => {
    const error = await thrownBy(clientOf().messages.batches.retrieve('msgbatch_013Zva2CMHLNnXjNJJKqJ2EF'))
    expect(error).toBeInstanceOf(NotFoundError)
    expect(plane.asked).toHaveLength(0)
  })

  it('is a refusal of S3, and no job is started', async () => {
    bucket.refuse(403, 'AccessDenied')
    const error = await thrownBy(clientOf().messages.batches.create({ requests }))
    expect(error).toBeInstanceOf(PermissionDeniedError)
    expect(error).toMatchObject({ status: 403, awsCode: 'AccessDenied', region: 'us-west-2' })
    expect(plane.asked).toHaveLength(0)
  })

  it('is a refusal of the job, and what was written is removed', async () => {
    next = refusal(400, 'ValidationException', 'The job has 3 records, and the minimum is 100.')
    const error = await thrownBy(clientOf().messages.batches.create({ requests }))
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toMatchObject({ awsCode: 'ValidationException' })
    expect(String(error)).toContain('The job has 3 records, and the minimum is 100.')
    expect([...bucket.objects.keys()]).toEqual([])
    expect(plane.asked).toHaveLength(1)
  })

  it('is repeated by one token, so that there is one job', async () => {
    next = refusal(503, 'ServiceUnavailableException', 'Later.')
    await clientOf().messages.batches.create({ requests })
    const asked = plane.asked.filter(({ method }) => method === 'POST')
    expect(asked).toHaveLength(2)
    expect(new Set(asked.map(({ body }) => body)).size).toBe(1)
    expect(bucket.asked.filter((request) => request.startsWith('PUT'))).toHaveLength(1)
  })

  it('is not repeated where a job may have been started, and says what to look for', async () => {
    const error = await thrownBy(clientOf({ fetch: cutOrders, maxRetries: 1 }).messages.batches.create({ requests }))
    expect(error).toBeInstanceOf(InternalServerError)
    expect(String(error)).toMatch(/Whether the job was started is not known: look for message-batch-3-[\da-f]{32}/)
    expect(bucket.asked.filter((request) => request.startsWith('PUT'))).toHaveLength(1)
    expect(bucket.objects.size).toBe(1)
  })

  it('breaks off results with an error of the SDK', async () => {
    const { batches } = clientOf().messages
    await batches.create({ requests })
    end('Completed', [{ recordId: 'first', modelOutput: message }])
    const name = [...bucket.objects.keys()].find((key) => key.endsWith('.out'))
    bucket.objects.set(name ?? '', `${bucket.objects.get(name ?? '')}this is no JSON\n`)
    const results = await batches.results(id)
    const error = await thrownBy(collect(results))
    expect(error).toBeInstanceOf(InternalServerError)
    expect(String(error)).toContain('is no JSON object')
  })
})

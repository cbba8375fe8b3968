import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Settlement } from '../src/settlement.ts'
import type { RunningServer } from '../src/start-server.ts'
import {
  ask,
  createJob,
  haiku,
  makeFolder,
  orderOf,
  readLinesOf,
  recordOf,
  startBatchServer,
  waitForJob,
  writeInput,
} from './support/batch.ts'

const nowhere = orderOf('file:///nowhere/in.jsonl', 'file:///nowhere/out')
const slow = { simulator: { seed: 'slow', tokensPerSecond: 1, firstTokenMs: 60_000 } }

async function listed(server: RunningServer, query: string): Promise<{ names: unknown[]; nextToken: unknown }> {
  const { body } = await ask(server, 'GET', `/model-invocation-jobs?${query}`)
  const summaries = body['invocationJobSummaries'] as ReadonlyArray<{ jobName: string }>
  return { names: summaries.map(({ jobName }) => jobName), nextToken: body['nextToken'] }
}

describe('the orders for batch jobs', () => {
  it.each([
    [
      { jobName: undefined },
      "1 validation error detected: Value null at 'jobName' failed to satisfy constraint: Member must not be null",
    ],
    [
      { jobName: '-x' },
      "1 validation error detected: Value '-x' at 'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}",
    ],
    [
      { timeoutDurationInHours: 1 },
      "1 validation error detected: Value '1' at 'timeoutDurationInHours' failed to satisfy constraint: Member must have value greater than or equal to 24",
    ],
    [
      { modelInvocationType: 'Chat' },
      "1 validation error detected: Value 'Chat' at 'modelInvocationType' failed to satisfy constraint: Member must satisfy enum value set: [InvokeModel, Converse]",
    ],
    [
      { roleArn: 'me' },
      "1 validation error detected: Value 'me' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+",
    ],
    [
      { vpcConfig: { subnetIds: [], securityGroupIds: ['sg-1'] } },
      "1 validation error detected: Value at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])('are refused in coral’s words for %j', async (change, message) => {
    const server = await startBatchServer()
    expect(await ask(server, 'POST', '/model-invocation-job', { ...nowhere, ...change })).toEqual({
      status: 400,
      type: 'ValidationException',
      body: { message },
    })
  })

  it('need a model that there is', async () => {
    const server = await startBatchServer()
    const order = { ...nowhere, modelId: 'anthropic.claude-nothing-v1:0' }
    const batch = await ask(server, 'POST', '/model-invocation-job', order)
    const online = await ask(server, 'POST', `/model/${order.modelId}/invoke`, {})
    expect([batch.status, batch.type, batch.body]).toEqual([online.status, online.type, online.body])
  })

  it('make one job for one token, and tags that the operations on tags know', async () => {
    const server = await startBatchServer({ submitMs: 1_000_000 })
    const vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] }
    const order = { ...nowhere, clientRequestToken: 'once', tags: [{ key: 'team', value: 'a' }], vpcConfig }
    const ids = [await createJob(server, order), await createJob(server, order)]
    expect(new Set(ids).size).toBe(1)
    const job = await waitForJob(server, ids[0] ?? '', 'Submitted')
    expect(job).toMatchObject({ clientRequestToken: 'once', vpcConfig })
    expect(job).not.toHaveProperty('tags')
    const tags = await ask(server, 'POST', '/listTagsForResource', { resourceARN: job['jobArn'] })
    expect(tags.body).toEqual({ tags: [{ key: 'team', value: 'a' }] })
  })

  it('are found by ARN and by id, and by nothing else', async () => {
    const server = await startBatchServer({ submitMs: 1_000_000 })
    const id = await createJob(server, nowhere)
    const arn = `arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/${id}`
    const byArn = await ask(server, 'GET', `/model-invocation-job/${encodeURIComponent(arn)}`)
    expect(byArn.body).toEqual((await ask(server, 'GET', `/model-invocation-job/${id}`)).body)
    const other = encodeURIComponent(arn.replace('us-east-1', 'eu-west-1'))
    expect((await ask(server, 'GET', `/model-invocation-job/${other}`)).status).toBe(404)
    expect(await ask(server, 'GET', '/model-invocation-job/aaaaaaaaaaaa')).toMatchObject({
      status: 404,
      type: 'ResourceNotFoundException',
    })
    expect(await ask(server, 'GET', '/model-invocation-job/NO')).toMatchObject({
      status: 400,
      type: 'ValidationException',
    })
  })
})

describe('the list of batch jobs', () => {
  it('is filtered, sorted, and cut into pages that hold while jobs come', async () => {
    const server = await startBatchServer({ submitMs: 1_000_000_000 })
    const times: string[] = []
    for (const jobName of ['a1', 'b1', 'a2', 'b2']) {
      times.push(new Date(server.clock.now()).toISOString())
      await createJob(server, { ...nowhere, jobName })
      server.clock.advance(10_000)
    }
    expect((await listed(server, '')).names).toEqual(['b2', 'a2', 'b1', 'a1'])
    expect((await listed(server, 'sortBy=CreationTime&sortOrder=Ascending')).names).toEqual(['a1', 'b1', 'a2', 'b2'])
    expect((await listed(server, 'nameContains=a')).names).toEqual(['a2', 'a1'])
    expect((await listed(server, 'statusEquals=Completed')).names).toEqual([])
    const third = new Date(Date.parse(times[2] ?? '') - 1).toISOString()
    expect((await listed(server, `submitTimeAfter=${third}`)).names).toEqual(['b2', 'a2'])
    expect((await listed(server, `submitTimeBefore=${third}`)).names).toEqual(['b1', 'a1'])
    const first = await listed(server, 'maxResults=2')
    expect(first.names).toEqual(['b2', 'a2'])
    await createJob(server, { ...nowhere, jobName: 'new' })
    const second = await listed(server, `maxResults=2&nextToken=${String(first.nextToken)}`)
    expect(second).toEqual({ names: ['b1', 'a1'], nextToken: undefined })
  })

  it.each([
    'sortBy=Name',
    'statusEquals=Done',
    'maxResults=0',
    'maxResults=x',
    'submitTimeAfter=noon',
    'nextToken=zzz',
  ])('is refused for %s', async (query) => {
    const server = await startBatchServer()
    expect((await ask(server, 'GET', `/model-invocation-jobs?${query}`)).status).toBe(400)
  })
})

describe('the records of a batch job', () => {
  it('cost half, once each, and what is broken for a moment is tried again', async () => {
    const settled: Settlement[] = []
    const server = await startBatchServer({}, {}, { onSettled: (one) => void settled.push(one) })
    const folder = await makeFolder()
    server.script({ match: { text: /^Always/ }, fault: 'throttled' })
    const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'Fine'), recordOf('b', 'Always busy')])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    expect(await waitForJob(server, id)).toMatchObject({
      status: 'Completed',
      successRecordCount: 1,
      errorRecordCount: 1,
    })
    const [, broken] = await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))
    expect(broken).toMatchObject({
      recordId: 'b',
      error: { errorCode: 429, errorMessage: 'Too many requests, please wait before trying again.' },
    })
    expect(settled.filter(({ outcome }) => outcome === 'failed')).toHaveLength(3)
    const answered = settled.filter(({ outcome }) => outcome === 'answered')
    expect(answered).toMatchObject([{ isBatch: true, wire: 'invoke', modelId: haiku }])
  })
})

/** Makes a job of two records, the second of which takes its time, and gives its id once the first is done. */
async function half(server: RunningServer, folder: string): Promise<string> {
  const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'A', { max_tokens: -1 }), recordOf('b', 'B')])
  const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
  while ((await waitForJob(server, id, 'InProgress'))['processedRecordCount'] !== 1);
  return id
}

describe('the state of batch jobs', () => {
  it('is forgotten by a reset, with what was done', async () => {
    const folder = await makeFolder()
    const data = join(folder, 'data')
    const server = await startBatchServer({ concurrency: 1 }, { ...slow, data })
    const id = await half(server, folder)
    await access(join(data, 'jobs', id))
    await ask(server, 'POST', '/admin/reset')
    expect((await ask(server, 'GET', `/model-invocation-job/${id}`)).status).toBe(404)
    await expect.poll(() => readdir(join(data, 'jobs'))).toEqual([])
  })

  it('is not taken up again by a reset: no further record is answered', async () => {
    const folder = await makeFolder()
    const settled: Settlement[] = []
    const data = join(folder, 'data')
    const onSettled = (settlement: Settlement): void => void settled.push(settlement)
    const server = await startBatchServer({ concurrency: 1 }, { data }, { onSettled })
    const records = Array.from({ length: 300 }, (_, number) => recordOf(`${number}`, 'A'))
    const input = await writeInput(folder, 'in.jsonl', records)
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    while ((await waitForJob(server, id, 'InProgress'))['processedRecordCount'] === 0);
    await ask(server, 'POST', '/admin/reset')
    const before = settled.length
    expect(before).toBeLessThan(300)
    // A new job of one record goes through its whole life meanwhile.
    const next = await writeInput(folder, 'next.jsonl', [recordOf('n', 'N')])
    await waitForJob(server, await createJob(server, orderOf(next, pathToFileURL(join(folder, 'out')).href)))
    expect(settled).toHaveLength(before + 1)
    await expect.poll(() => readdir(join(data, 'jobs'))).toEqual([])
  })

  it('goes on from a snapshot, in another endpoint too', async () => {
    const folder = await makeFolder()
    const first = await startBatchServer({ concurrency: 1 }, slow)
    const id = await half(first, folder)
    const snapshot = (await ask(first, 'GET', '/admin/snapshot')).body
    await first.close(0)
    const second = await startBatchServer()
    expect((await ask(second, 'POST', '/admin/restore', snapshot)).status).toBe(200)
    expect(await waitForJob(second, id)).toMatchObject({ status: 'Completed', processedRecordCount: 2 })
    const lines = await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))
    expect(lines.map(({ recordId }) => recordId)).toEqual(['a', 'b'])
  })

  it('is left for the next start by an endpoint that closes', async () => {
    const folder = await makeFolder()
    const data = join(folder, 'data')
    const first = await startBatchServer({ concurrency: 1 }, { ...slow, data })
    const id = await half(first, folder)
    await first.close(0)
    const second = await startBatchServer({}, { data })
    expect(await waitForJob(second, id)).toMatchObject({ status: 'Completed', processedRecordCount: 2 })
    // It has completed before what it kept for that is gone.
    await expect.poll(() => readdir(join(data, 'jobs'))).toEqual([])
  })
})

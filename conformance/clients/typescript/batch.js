// Batch inference by @aws-sdk/client-bedrock over a real S3.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import * as sdk from '@aws-sdk/client-bedrock'
import { findS3, putRecords, readRecords } from './batch-files.js'
import { requirement, target, texts } from './harness.js'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const folder = 'aws-sdk-js-bedrock'
const patienceMs = 50_000

/** @param {string} name */
const record = (name) => ({
  recordId: name,
  modelInput: {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 50,
    messages: [{ role: 'user', content: `Say ${name}` }],
  },
})

/** What Bedrock refuses, as it lacks `max_tokens`. @param {string} name */
function badRecord(name) {
  const { recordId, modelInput } = record(name)
  const { max_tokens: _, ...rest } = modelInput
  return { recordId, modelInput: rest }
}

/** @param {string} account @param {string} jobName @param {string} place @returns {sdk.CreateModelInvocationJobCommandInput} */
function orderOf(account, jobName, place) {
  const base = `s3://${findS3().bucket}/${folder}/${place}`
  return {
    jobName,
    roleArn: `arn:aws:iam::${account}:role/batch`,
    modelId: `us.${haiku}`,
    inputDataConfig: { s3InputDataConfig: { s3Uri: `${base}/in.jsonl`, s3InputFormat: 'JSONL' } },
    outputDataConfig: { s3OutputDataConfig: { s3Uri: `${base}/out/` } },
  }
}

/** @param {sdk.BedrockClient} client @param {string} jobIdentifier @param {sdk.ModelInvocationJobStatus} status */
async function until(client, jobIdentifier, status) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await wait(300)) {
    const job = await client.send(new sdk.GetModelInvocationJobCommand({ jobIdentifier }))
    if (job.status === status) return job
    const isOpen = ['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Stopping'].includes(job.status ?? '')
    assert.ok(isOpen, `${job.status}, not ${status}: ${job.message}`)
  }
  throw new Error(`not ${status} within ${patienceMs / 1000} s`)
}

/**
 * Adds every check of batch jobs.
 * @param {() => Promise<{ account: string, client: sdk.BedrockClient }>} open an account that may call the model
 * @param {(call: () => Promise<unknown>, status: number, name: string, text?: string) => Promise<void>} fails
 */
export function checkBatch(open, fails) {
  requirement('batch.life', async () => {
    const { account, client } = await open()
    await putRecords(`${folder}/life/in.jsonl`, [record('one'), badRecord('two'), record('three')])
    const create = () =>
      client.send(
        new sdk.CreateModelInvocationJobCommand({ ...orderOf(account, 'life', 'life'), clientRequestToken: 'life' }),
      )
    const { jobArn = '' } = await create()
    assert.equal((await create()).jobArn, jobArn)
    const job = await until(client, jobArn, 'Completed')
    assert.deepEqual([job.jobName, job.modelInvocationType, job.timeoutDurationInHours], ['life', 'InvokeModel', 24])
    assert.ok(job.submitTime instanceof Date && job.endTime instanceof Date && job.endTime > job.submitTime)
    const counts = { totalRecordCount: 3, processedRecordCount: 3, successRecordCount: 2, errorRecordCount: 1 }
    assert.deepEqual({ ...job, ...counts }, job)
    const output = `${folder}/life/out/${jobArn.split('/')[1]}`
    const lines = Object.fromEntries((await readRecords(`${output}/in.jsonl.out`)).map((line) => [line.recordId, line]))
    assert.deepEqual(Object.keys(lines).sort(), ['one', 'three', 'two'])
    const answers = [lines.one.modelOutput, lines.three.modelOutput]
    assert.deepEqual(
      answers.map(({ role }) => role),
      ['assistant', 'assistant'],
    )
    assert.deepEqual(lines.one.modelInput, record('one').modelInput)
    assert.deepEqual([lines.two.error.errorCode, lines.two.modelOutput], [400, undefined])
    const sum = (/** @type {string} */ name) => answers.reduce((all, { usage }) => all + usage[name], 0)
    const tokens = { inputTokenCount: sum('input_tokens'), outputTokenCount: sum('output_tokens') }
    assert.deepEqual(await readRecords(`${output}/manifest.json.out`), [{ ...counts, ...tokens }])
  })

  requirement('batch.pages', async () => {
    const { account, client } = await open()
    await putRecords(`${folder}/pages/in.jsonl`, [record('one')])
    /** @type {string[]} */
    const made = []
    for (const name of ['page-0', 'page-1', 'page-2']) {
      const order = orderOf(account, name, 'pages')
      made.push((await client.send(new sdk.CreateModelInvocationJobCommand(order))).jobArn ?? '')
    }
    const found = async (/** @type {sdk.ListModelInvocationJobsCommandInput} */ filter) => {
      const jobs = []
      for await (const page of sdk.paginateListModelInvocationJobs({ client, pageSize: 2 }, filter)) {
        assert.ok((page.invocationJobSummaries?.length ?? 0) <= 2)
        jobs.push(...(page.invocationJobSummaries ?? []))
      }
      return jobs.map(({ jobArn }) => jobArn)
    }
    assert.deepEqual(await found({ nameContains: 'page-', sortOrder: 'Ascending' }), made)
    assert.deepEqual(await found({ nameContains: 'page-', sortOrder: 'Descending' }), [...made].reverse())
    const past = new Date('2020-01-01T00:00:00Z')
    assert.deepEqual(await found({ nameContains: 'page-', submitTimeBefore: past }), [])
    assert.equal((await found({ nameContains: 'page-', submitTimeAfter: past })).length, 3)
    for (const arn of made) await until(client, arn, 'Completed')
    const completed = { nameContains: 'page-', statusEquals: /** @type {const} */ ('Completed') }
    assert.deepEqual(await found({ ...completed, sortOrder: 'Ascending' }), made)
    assert.deepEqual(await found({ nameContains: 'page-', statusEquals: 'Failed' }), [])
  })

  requirement('batch.stop', async () => {
    const { account, client } = await open()
    await putRecords(`${folder}/stop/in.jsonl`, [record('one')])
    const made = await client.send(new sdk.CreateModelInvocationJobCommand(orderOf(account, 'stop', 'stop')))
    const jobIdentifier = made.jobArn ?? ''
    const stop = () => client.send(new sdk.StopModelInvocationJobCommand({ jobIdentifier }))
    await stop()
    assert.equal((await until(client, jobIdentifier, 'Stopped')).successRecordCount, 0)
    await fails(stop, 400, 'ConflictException', 'Stopped')
  })

  requirement('batch.errors', async () => {
    const { account, client } = await open()
    const right = orderOf(account, 'errors', 'nothing')
    const refused = (/** @type {object} */ wrong, /** @type {string} */ text) =>
      fails(
        () => client.send(new sdk.CreateModelInvocationJobCommand({ ...right, ...wrong })),
        400,
        'ValidationException',
        text,
      )
    await refused({ jobName: 'two words' }, 'jobName')
    await refused({ roleArn: 'nobody' }, 'roleArn')
    await refused({ modelId: 'us.anthropic.claude-nonesuch-9-v1:0' }, texts.unknownModel)
    const unknown = new sdk.GetModelInvocationJobCommand({ jobIdentifier: 'abcdefghijkl' })
    await fails(() => client.send(unknown), 404, 'ResourceNotFoundException')
    const { jobArn = '' } = await client.send(new sdk.CreateModelInvocationJobCommand(right))
    assert.ok((await until(client, jobArn, 'Failed')).message)
    assert.match(jobArn, new RegExp(`^arn:aws:bedrock:${target.region}:${account}:model-invocation-job/[a-z0-9]{12}$`))
  })
}

import { Anthropic } from '@anthropic-ai/sdk'
import { AnthropicBedrock } from '@outcrop/client'
import { createBedrockFetch } from '@outcrop/client/transport'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Bucket, startBucket } from './bucket.fixture.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret-of-this-test-alone' }
const roleArn = 'arn:aws:iam::123456789012:role/batch-inference'

let bucket: Bucket
let outcrop: Outcrop
beforeEach(async () => {
  bucket = await startBucket()
  outcrop = await startOutcrop({
    region: 'us-west-2',
    s3: { endpoint: bucket.url, region: 'us-west-2', credentials: keys },
  })
})
afterEach(async () => {
  await outcrop.close()
  await bucket[Symbol.asyncDispose]()
})

function optionsOf() {
  return {
    baseURL: outcrop.url,
    awsRegion: 'us-west-2',
    awsAccessKey: keys.accessKeyId,
    awsSecretKey: keys.secretAccessKey,
    batches: { s3Uri: 's3://models/batches', roleArn, s3: { s3URL: bucket.url } },
  }
}

const says = (content: string) => ({
  model: 'claude-opus-4-6',
  max_tokens: 16,
  messages: [{ role: 'user' as const, content }],
})

/** Anthropic's own example, but for the minute between two questions. */
async function untilEnded(batches: Pick<Anthropic['messages']['batches'], 'retrieve'>, id: string) {
  for (;;) {
    const batch = await batches.retrieve(id)
    if (batch.processing_status === 'ended') return batch
    outcrop.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

it('runs a batch as a job of an endpoint, from its requests in a bucket to its results', async () => {
  outcrop.script(
    { match: { text: /^Say one/ }, reply: { text: 'One.' } },
    { match: { text: /^Fail/ }, fault: { kind: 'ValidationException', message: 'Not this one.' } },
  )
  const client = new AnthropicBedrock(optionsOf())
  const begun = await client.messages.batches.create({
    requests: [
      { custom_id: 'first', params: says('Say one') },
      { custom_id: 'second', params: says('Fail') },
    ],
  })
  expect(begun).toMatchObject({ type: 'message_batch', processing_status: 'in_progress' })
  expect(begun.id).toMatch(/^msgbatch_us-west-2_123456789012_[a-z0-9]{12}$/)
  expect(await untilEnded(client.messages.batches, begun.id)).toMatchObject({
    id: begun.id,
    request_counts: { processing: 0, succeeded: 1, errored: 1, canceled: 0, expired: 0 },
  })
  const results = []
  for await (const result of await client.messages.batches.results(begun.id)) results.push(result)
  results.sort((one, other) => one.custom_id.localeCompare(other.custom_id))
  expect(results).toMatchObject([
    {
      custom_id: 'first',
      result: {
        type: 'succeeded',
        message: {
          model: 'claude-opus-4-6',
          content: [{ type: 'text', text: 'One.' }],
          usage: { service_tier: 'batch' },
        },
      },
    },
    { custom_id: 'second', result: { type: 'errored', error: { error: { type: 'invalid_request_error' } } } },
  ])
  const listed = []
  for await (const batch of client.messages.batches.list()) listed.push(batch.id)
  expect(listed).toEqual([begun.id])
  expect(await client.messages.batches.delete(begun.id)).toEqual({ id: begun.id, type: 'message_batch_deleted' })
  expect([...bucket.objects.keys()].filter((name) => name.endsWith('.jsonl') || name.endsWith('.jsonl.out'))).toEqual(
    [],
  )
})

it('cancels a batch whose job has not begun: what has no record is canceled', async () => {
  const client = new AnthropicBedrock(optionsOf())
  const { id } = await client.messages.batches.create({ requests: [{ custom_id: 'only', params: says('Hello') }] })
  expect(await client.messages.batches.cancel(id)).toMatchObject({ id, processing_status: 'ended' })
  expect(await untilEnded(client.messages.batches, id)).toMatchObject({ request_counts: { succeeded: 0, canceled: 1 } })
  const results = []
  for await (const result of await client.messages.batches.results(id)) results.push(result)
  expect(results).toEqual([{ custom_id: 'only', result: { type: 'canceled' } }])
})

it("runs what was written for Anthropic's batches, with Anthropic's own client and Outcrop as its fetch", async () => {
  const client = new Anthropic({ apiKey: 'unused', fetch: createBedrockFetch(optionsOf()) })
  const { id } = await client.messages.batches.create({
    requests: [
      { custom_id: 'my-first-request', params: says('Hello, world') },
      { custom_id: 'my-second-request', params: says('Hi again, friend') },
    ],
  })
  await untilEnded(client.messages.batches, id)
  const succeeded = []
  for await (const result of await client.messages.batches.results(id)) {
    if (result.result.type === 'succeeded') succeeded.push(result.custom_id)
  }
  expect(succeeded.sort()).toEqual(['my-first-request', 'my-second-request'])
})

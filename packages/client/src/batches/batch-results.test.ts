import { describe, expect, it } from 'vitest'
import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { BatchFiles } from './batch-files.ts'
import { readResults } from './batch-results.ts'
import type { IndividualResponse } from './record-result.ts'

const job: ModelInvocationJob = {
  jobArn: 'arn:aws:bedrock:us-west-2:111122223333:model-invocation-job/a1b2c3d4e5f6',
  modelId: 'arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-opus-4-6-v1',
  input: { s3Uri: 's3://b/in/job.jsonl' },
  output: { s3Uri: 's3://b/out/' },
}

const message = {
  id: 'msg_bdrk_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-6',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
}

/** Files in memory, and which of them were read. */
function filesOf(files: Readonly<Record<string, string>>) {
  const reads: string[] = []
  const made: BatchFiles = {
    write: async () => undefined,
    remove: async () => undefined,
    async *read(uri) {
      reads.push(uri)
      yield new TextEncoder().encode(files[uri] ?? '')
    },
    async *list(prefix) {
      yield* Object.keys(files).filter((uri) => uri.startsWith(prefix))
    },
  }
  return { files: made, reads }
}

function lines(...values: readonly object[]) {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

async function resultsOf(more: Partial<ModelInvocationJob>, files: BatchFiles) {
  const found: IndividualResponse[] = []
  const place = { job: { ...job, ...more }, region: 'us-west-2', jobIdentifier: job.jobArn }
  for await (const response of readResults(place, files)) found.push(response)
  return found
}

const output = 's3://b/out/a1b2c3d4e5f6/job.jsonl.out'
const input = lines(
  { recordId: 'a', modelInput: {} },
  { recordId: 'b', modelInput: {} },
  { recordId: 'c', modelInput: {} },
)

describe('the results of a batch', () => {
  it('are messages at the price of a batch, and errors in the manner of Anthropic', async () => {
    const { files, reads } = filesOf({
      's3://b/in/job.jsonl': input,
      's3://b/out/a1b2c3d4e5f6/manifest.json.out': '{"totalRecordCount":3}',
      [output]: lines(
        { recordId: 'b', modelInput: {}, modelOutput: message },
        { recordId: 'a', modelInput: {}, error: { errorCode: 400, errorMessage: 'max_tokens: Field required' } },
        { recordId: 'c', modelInput: {}, error: { errorCode: 429, errorMessage: 'Too many tokens' } },
      ),
      's3://b/out/another/job.jsonl.out': lines({ recordId: 'z', modelOutput: message }),
    })
    const counts = { totalRecordCount: 3, successRecordCount: 1, errorRecordCount: 2 }
    expect(await resultsOf({ status: 'Completed', ...counts }, files)).toEqual([
      {
        custom_id: 'b',
        result: {
          type: 'succeeded',
          message: {
            ...message,
            usage: { input_tokens: 3, output_tokens: 2, service_tier: 'batch' },
            'amazon-bedrock-batch': { modelId: job.modelId, region: 'us-west-2' },
          },
        },
      },
      {
        custom_id: 'a',
        result: {
          type: 'errored',
          error: {
            type: 'error',
            error: { type: 'invalid_request_error', message: 'max_tokens: Field required' },
            request_id: null,
          },
        },
      },
      {
        custom_id: 'c',
        result: {
          type: 'errored',
          error: {
            type: 'error',
            error: { type: 'rate_limit_error', message: expect.stringMatching(/^Too many tokens/) as unknown },
            request_id: null,
          },
        },
      },
    ])
    // The input is not read where nothing is missing.
    expect(reads).toEqual([output])
  })

  it('have whole messages where Bedrock leaves something out, and no message where there is none', async () => {
    const { files } = filesOf({
      [output]: lines(
        { recordId: 'a', modelOutput: { content: [], usage: { input_tokens: 1, output_tokens: 0 } } },
        { recordId: 'b', modelOutput: { completion: 'An answer of another API' } },
      ),
    })
    const [whole, none] = await resultsOf({ status: 'Completed' }, files)
    expect(whole?.result).toEqual({
      type: 'succeeded',
      message: {
        id: 'msg_batch_a',
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-4-6',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 0, service_tier: 'batch' },
        'amazon-bedrock-batch': { modelId: job.modelId, region: 'us-west-2' },
      },
    })
    expect(none?.result).toMatchObject({ type: 'errored', error: { error: { type: 'api_error' } } })
  })

  it.each([
    ['Stopped', { type: 'canceled' }],
    ['Expired', { type: 'expired' }],
    ['PartiallyCompleted', { type: 'expired' }],
    [
      'Failed',
      {
        type: 'errored',
        error: { type: 'error', error: { type: 'api_error', message: 'The role…' }, request_id: null },
      },
    ],
  ])('of a job that is %s tell of the requests that it has no record of', async (status, result) => {
    const { files } = filesOf({
      's3://b/in/job.jsonl': input,
      [output]: lines({ recordId: 'b', modelOutput: message }),
    })
    const counts = { totalRecordCount: 3, successRecordCount: 1, errorRecordCount: 0 }
    const [first, ...rest] = await resultsOf({ status, message: 'The role…', ...counts }, files)
    expect(first).toMatchObject({ custom_id: 'b', result: { type: 'succeeded' } })
    expect(rest).toEqual([
      { custom_id: 'a', result },
      { custom_id: 'c', result },
    ])
  })

  it('of a job that failed before it was counted are those of its input', async () => {
    const { files } = filesOf({ 's3://b/in/job.jsonl': input })
    const zeros = { totalRecordCount: 0, successRecordCount: 0, errorRecordCount: 0 }
    const results = await resultsOf({ status: 'Failed', message: 'Too few records.', ...zeros }, files)
    expect(results.map(({ custom_id }) => custom_id)).toEqual(['a', 'b', 'c'])
  })

  it('are not there while the job is at work', async () => {
    const { files } = filesOf({})
    await expect(resultsOf({ status: 'InProgress' }, files)).rejects.toThrow(
      'msgbatch_us-west-2_111122223333_a1b2c3d4e5f6 has no results yet: its job is at work (InProgress).',
    )
  })

  it('say that they were deleted', async () => {
    const { files } = filesOf({})
    const counts = { totalRecordCount: 3, successRecordCount: 3, errorRecordCount: 0 }
    await expect(resultsOf({ status: 'Completed', ...counts }, files)).rejects.toThrow(
      'There are no results under s3://b/out/a1b2c3d4e5f6/: they were deleted, or moved elsewhere.',
    )
  })

  it('are not made of a file that is none of a batch', async () => {
    const { files } = filesOf({ [output]: 'recordId,modelOutput\n' })
    const error = await resultsOf({ status: 'Completed' }, files).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BedrockFailureError)
    expect(String(error)).toContain(`Line 1 of ${output} is no JSON object`)
  })
})

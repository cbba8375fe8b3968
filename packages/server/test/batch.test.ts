import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
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

describe('a batch job', () => {
  it('answers every record as InvokeModel would, and counts them in a manifest', async () => {
    const server = await startBatchServer()
    const folder = await makeFolder()
    server.script({ match: { text: /^Say one/ }, reply: { text: 'One.' } })
    const input = await writeInput(folder, 'in.jsonl', [
      recordOf('r1', 'Say one'),
      recordOf('r2', 'Say one', { max_tokens: -1 }),
    ])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    const job = await waitForJob(server, id)
    expect(job).toMatchObject({
      jobArn: `arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/${id}`,
      jobName: 'nightly',
      modelId: haiku,
      modelInvocationType: 'InvokeModel',
      status: 'Completed',
      timeoutDurationInHours: 24,
      totalRecordCount: 2,
      processedRecordCount: 2,
      successRecordCount: 1,
      errorRecordCount: 1,
    })
    const online = await ask(
      server,
      'POST',
      `/model/${haiku}/invoke`,
      JSON.parse(recordOf('', 'Say one', { max_tokens: -1 })).modelInput,
    )
    const [first, second] = await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))
    expect(first).toEqual({
      recordId: 'r1',
      modelInput: {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 50,
        messages: [{ role: 'user', content: 'Say one' }],
      },
      modelOutput: expect.objectContaining({ type: 'message', content: [{ type: 'text', text: 'One.' }] }),
    })
    expect(second).toMatchObject({ recordId: 'r2', error: { errorCode: 400, errorMessage: online.body['message'] } })
    expect(second).not.toHaveProperty('modelOutput')
    const { usage } = Object(first)['modelOutput'] as { usage: { input_tokens: number; output_tokens: number } }
    expect(await readLinesOf(join(folder, 'out', id, 'manifest.json.out'))).toEqual([
      {
        totalRecordCount: 2,
        processedRecordCount: 2,
        successRecordCount: 1,
        errorRecordCount: 1,
        inputTokenCount: usage.input_tokens,
        outputTokenCount: usage.output_tokens,
      },
    ])
    expect((await readdir(join(folder, 'out', id))).sort()).toEqual(['in.jsonl.out', 'manifest.json.out'])
  })
})

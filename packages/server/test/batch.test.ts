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

describe('a Converse job', () => {
  it('answers as Converse would, and refuses tools in its records', async () => {
    const server = await startBatchServer()
    const folder = await makeFolder()
    const messages = [{ role: 'user', content: [{ text: 'Hello' }] }]
    const toolConfig = { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] }
    const lines = [{ messages }, { messages, toolConfig }].map((modelInput) => JSON.stringify({ modelInput }))
    const input = await writeInput(folder, 'in.jsonl', lines)
    const out = pathToFileURL(join(folder, 'out')).href
    const id = await createJob(server, orderOf(input, out, { modelInvocationType: 'Converse' }))
    expect(await waitForJob(server, id)).toMatchObject({ status: 'Completed', modelInvocationType: 'Converse' })
    expect(await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))).toEqual([
      {
        recordId: expect.stringMatching(/^[0-9A-F]{11}$/),
        modelInput: { messages },
        modelOutput: {
          metrics: { latencyMs: expect.any(Number) },
          output: { message: { content: [{ text: expect.any(String) }], role: 'assistant' } },
          stopReason: 'end_turn',
          usage: expect.objectContaining({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) }),
        },
      },
      {
        recordId: expect.stringMatching(/^[0-9A-F]{11}$/),
        modelInput: { messages, toolConfig },
        error: {
          errorCode: 400,
          errorMessage: 'The toolConfig field is not supported in batch inference with the Converse API.',
        },
      },
    ])
  })
})

describe('the input of a batch job', () => {
  it('is every .jsonl file under a prefix, each with an output of its own', async () => {
    const server = await startBatchServer()
    const folder = await makeFolder()
    await writeInput(folder, 'a.jsonl', [recordOf('a', 'A')])
    await writeInput(folder, 'b.jsonl', [recordOf('b', 'B'), '', recordOf('c', 'C')])
    await writeInput(folder, 'notes.txt', ['not for a model'])
    const id = await createJob(server, orderOf(pathToFileURL(folder).href, pathToFileURL(join(folder, 'out')).href))
    expect(await waitForJob(server, id)).toMatchObject({ status: 'Completed', totalRecordCount: 3 })
    const names = await readdir(join(folder, 'out', id))
    expect(names.toSorted((x, y) => (x < y ? -1 : 1))).toEqual(['a.jsonl.out', 'b.jsonl.out', 'manifest.json.out'])
  })

  const limits = { minimumRecords: 2, maximumRecords: 3, fileBytes: 2048, recordBytes: 1024 }
  const two = [recordOf('a', 'A'), recordOf('b', 'B')]
  it.each([
    [[recordOf('a', 'A')], 'The input has 1 records. A batch inference job needs at least 2.'],
    [[...two, ...two], 'The input has more than 3 records, the most that a batch inference job takes.'],
    [[...two, '{"modelInput":'], 'Line 3 of in.jsonl is not a valid record: it is not JSON in UTF-8.'],
    [[...two, '[]'], 'Line 3 of in.jsonl is not a valid record: it is not a JSON object.'],
    [[...two, '{"modelInput":[]}'], 'Line 3 of in.jsonl is not a valid record: its modelInput is not a JSON object.'],
    [
      [...two, '{"recordId":1,"modelInput":{}}'],
      'Line 3 of in.jsonl is not a valid record: its recordId is not a string of characters.',
    ],
    [[...two, `{"modelInput":${'['.repeat(1005)}`], 'Line 3 of in.jsonl is not a valid record: it nests too deeply.'],
    [
      [...two, '', '', '', ''],
      'Line 6 of in.jsonl is not a valid record: the file has more blank lines than a job has records.',
    ],
    [['x'.repeat(1025)], 'Line 1 of in.jsonl is not a valid record: it has more than 1024 bytes.'],
    [['x'.repeat(3000)], 'The file in.jsonl is larger than 2048 bytes, the most that a file may have.'],
  ])('fails the job that it breaks: %#', async (lines, message) => {
    const server = await startBatchServer(limits)
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', lines)
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    expect(await waitForJob(server, id)).toMatchObject({ status: 'Failed', message, endTime: expect.any(String) })
  })

  it('has 100 records at least in the fidelity of AWS', async () => {
    const server = await startBatchServer({}, { fidelity: 'aws' })
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'A')])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    expect(await waitForJob(server, id)).toMatchObject({
      status: 'Failed',
      message: 'The input has 1 records. A batch inference job needs at least 100.',
    })
  })
})

describe('the time of a batch job', () => {
  const slow = { simulator: { seed: 'slow', tokensPerSecond: 1, firstTokenMs: 60_000 } }
  const hourMs = 3_600_000

  it('passes on the clock of the endpoint: it expires where it did not begin', async () => {
    const server = await startBatchServer({ scheduleMs: 48 * hourMs })
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'A')])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    await waitForJob(server, id, 'Scheduled')
    server.clock.advance(23 * hourMs)
    expect((await waitForJob(server, id, 'Scheduled'))['status']).toBe('Scheduled')
    server.clock.advance(hourMs)
    expect(await waitForJob(server, id)).toMatchObject({
      status: 'Expired',
      message: 'The job timed out before it began. Submit a new job.',
    })
  })

  it('leaves what was done when it ends in the middle', async () => {
    const server = await startBatchServer({ concurrency: 1 }, slow)
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'A', { max_tokens: -1 }), recordOf('b', 'B')])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    while ((await waitForJob(server, id, 'InProgress'))['processedRecordCount'] !== 1);
    server.clock.advance(25 * hourMs)
    expect(await waitForJob(server, id)).toMatchObject({
      status: 'PartiallyCompleted',
      totalRecordCount: 2,
      processedRecordCount: 1,
      errorRecordCount: 1,
    })
    expect(await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))).toMatchObject([{ recordId: 'a' }])
  })

  it('ends when its caller stops it, with what was done, and once', async () => {
    const server = await startBatchServer({ concurrency: 1 }, slow)
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', [recordOf('a', 'A', { max_tokens: -1 }), recordOf('b', 'B')])
    const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
    while ((await waitForJob(server, id, 'InProgress'))['processedRecordCount'] !== 1);
    expect(await ask(server, 'POST', `/model-invocation-job/${id}/stop`)).toMatchObject({ status: 200, body: {} })
    expect(await waitForJob(server, id)).toMatchObject({ status: 'Stopped', processedRecordCount: 1 })
    expect(await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))).toHaveLength(1)
    expect(await ask(server, 'POST', `/model-invocation-job/${id}/stop`)).toEqual({
      status: 400,
      type: 'ConflictException',
      body: { message: 'The batch inference job cannot be stopped because its status is Stopped.' },
    })
  })
})

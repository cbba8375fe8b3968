import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { toFailureResponse } from '../reliability/failure-response.ts'
import { steering } from '../reliability/retry-policy.ts'
import type { Exchange } from '../transport/anthropic-call.ts'
import { refuse } from '../transport/call-error.ts'
import type { Settings } from '../transport/settings.ts'
import { BatchRefusal } from './batch-refusal.ts'
import { type BatchTools, createBatchTools, findJob } from './batch-tools.ts'
import { createBatch } from './create-batch.ts'
import { deleteBatch } from './delete-batch.ts'
import { listBatches } from './list-batches.ts'
import { toMessageBatch } from './message-batch.ts'
import { type BatchCall, type BatchOperation, readBatchCall } from './read-batch-call.ts'
import { readResults } from './batch-results.ts'
import { toJsonLines } from './json-lines.ts'

/** Answers `/v1/messages/batches` and what is below it by batch inference jobs of Bedrock over files of S3. */
export async function answerBatches(exchange: Exchange, settings: Settings, init: RequestInit): Promise<Response> {
  let call: BatchCall | undefined
  try {
    call = readBatchCall(exchange)
    return await operations[call.operation](call, createBatchTools(call, settings, init))
  } catch (error) {
    if (error instanceof BatchRefusal) return refuse(error.status, error.message)
    if (!(error instanceof BedrockFailureError)) throw error
    const { failure } = error
    const isSteered = call?.repeat !== undefined && call.operation !== 'create'
    const steer = isSteered ? steering(failure, call?.repeat ?? 0, settings.random) : { shouldRetry: false }
    return toFailureResponse(failure, steer)
  }
}

const operations: Readonly<Record<BatchOperation, (call: BatchCall, tools: BatchTools) => Promise<Response>>> = {
  create: async (call, tools) => Response.json(await createBatch(call, tools)),
  list: async (call, tools) => Response.json(await listBatches(call, tools)),
  retrieve: async (call, tools) => Response.json(toMessageBatch((await findJob(call.id, tools)).job, call.batchesUrl)),
  delete: async (call, tools) => Response.json(await deleteBatch(call, tools)),
  async cancel(call, tools) {
    const { region, jobIdentifier } = await findJob(call.id, tools)
    const jobs = tools.jobsIn(region)
    await jobs.stopModelInvocationJob(jobIdentifier)
    return Response.json(toMessageBatch(await jobs.getModelInvocationJob(jobIdentifier), call.batchesUrl))
  },
  async results(call, tools) {
    const found = await findJob(call.id, tools)
    const files = await tools.filesIn(found.region)
    const body = await toJsonLines(readResults(found, files, tools.init.signal ?? undefined))
    const headers = { 'content-type': 'application/x-jsonl', 'x-outcrop-region': found.region }
    return new Response(body, { headers })
  },
}

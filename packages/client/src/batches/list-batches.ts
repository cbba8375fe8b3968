import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import { jobNameStart } from './batch-id.ts'
import { BatchRefusal } from './batch-refusal.ts'
import { type BatchTools, findJob } from './batch-tools.ts'
import { type MessageBatch, toMessageBatch } from './message-batch.ts'
import type { BatchCall } from './read-batch-call.ts'

/** A page of Anthropic's API. */
export interface BatchPage {
  readonly data: readonly MessageBatch[]
  readonly has_more: boolean
  readonly first_id: string | null
  readonly last_id: string | null
}

/** Lists the batches of a Region, those begun last first: jobs that this client started, told by their names. */
export async function listBatches({ query, batchesUrl }: BatchCall, tools: BatchTools): Promise<BatchPage> {
  const limit = readLimit(query.get('limit'))
  const [after, before] = [query.get('after_id'), query.get('before_id')]
  if (after !== null && before !== null) throw new BatchRefusal(400, 'Give after_id or before_id, not both.')
  const edge = after ?? before
  const found = edge === null ? undefined : (await findJob(edge, tools)).job
  const jobs = await collect(tools, found, before !== null, limit + 1)
  const page = jobs.slice(0, limit)
  if (before !== null) page.reverse()
  const data = page.map((job) => toMessageBatch(job, batchesUrl))
  return {
    data,
    has_more: jobs.length > limit,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

/** Jobs behind an edge, the nearest first: older ones, or those that are newer than it. */
async function collect(
  { settings, init, jobsIn }: BatchTools,
  edge: ModelInvocationJob | undefined,
  isNewer: boolean,
  most: number,
): Promise<ModelInvocationJob[]> {
  const edgeMs = edge === undefined ? Number.NaN : Date.parse(edge.submitTime ?? '')
  const filters = {
    nameContains: jobNameStart,
    maxResults: Math.min(1000, most + 1),
    sortOrder: isNewer ? 'Ascending' : 'Descending',
    // A second more, for jobs of the same moment: whether AWS counts the bound itself in is not documented [?].
    ...(!Number.isNaN(edgeMs) && {
      [isNewer ? 'submitTimeAfter' : 'submitTimeBefore']: new Date(edgeMs + (isNewer ? -1000 : 1000)),
    }),
  } as const
  const found: ModelInvocationJob[] = []
  let isPast = edge === undefined
  const pages = jobsIn(await settings.regionFor('')).listModelInvocationJobs(filters)
  for await (const page of pages) {
    for (const job of page) {
      if (job.jobArn === edge?.jobArn) {
        isPast = true
        continue
      }
      const jobMs = Date.parse(job.submitTime ?? '')
      isPast ||= isNewer ? jobMs > edgeMs : jobMs < edgeMs
      if (isPast && job.jobName?.startsWith(jobNameStart) === true) found.push(job)
      if (found.length >= most) return found
    }
    init.signal?.throwIfAborted()
  }
  return found
}

const usualLimit = 20

function readLimit(text: string | null): number {
  if (text === null) return usualLimit
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new BatchRefusal(400, 'limit: it has to be a whole number from 1 to 1000.')
  }
  return limit
}

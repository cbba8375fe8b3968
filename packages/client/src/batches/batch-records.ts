import { loadKnowledge } from '../transport/load-knowledge.ts'
import type { Settings } from '../transport/settings.ts'
import { BatchRefusal } from './batch-refusal.ts'
import type { BatchRequest } from './batch-requests.ts'

/** The input of a job, and where it runs. */
export interface BatchRecords {
  /** JSON texts, one a request, in the order of the requests. */
  readonly lines: readonly string[]
  readonly region: string
  readonly modelId: string
}

/**
 * Makes of each request the record that a job reads: adapted to its model as every call is. Throws a `BatchRefusal` for a
 * request that Bedrock would refuse, and for requests of several models, which a job has one of.
 */
export async function makeRecords(requests: readonly BatchRequest[], settings: Settings): Promise<BatchRecords> {
  const { planCall, prepareAt } = await loadKnowledge()
  const lines: string[] = []
  const models = new Map<string, { readonly modelId: string; readonly region: string }>()
  for (const [at, { customId, call }] of requests.entries()) {
    const where = `requests.${at} (${customId})`
    const plan = await planCall(call, settings)
    if ('status' in plan) throw new BatchRefusal(plan.status, `${where}: ${plan.message}`)
    const [place] = plan.places
    if (place === undefined) throw new BatchRefusal(400, `${where}: ${call.model} has no place to be called at.`)
    const { region, modelId } = place.target
    models.set(modelId, { modelId, region })
    if (models.size > 1) throw new BatchRefusal(400, sayModels([...models.keys()]))
    const prepared = await prepareAt(call, { ...place, policy: settings.options.capabilities })
    if ('status' in prepared) throw new BatchRefusal(prepared.status, `${where}: ${prepared.message}`)
    if (prepared.structured) {
      throw new BatchRefusal(
        400,
        `${where}: ${call.model} has no structured output of its own. Single calls make up for it by a tool and a second look; a batch cannot: choose another model, or give a tool.`,
      )
    }
    for (const warning of [...plan.warnings, ...prepared.warnings]) settings.warn(warning)
    lines.push(`{"recordId":${JSON.stringify(customId)},"modelInput":${toText(prepared.request.body)}}\n`)
  }
  const [only] = models.values()
  if (only === undefined) throw new BatchRefusal(400, 'requests: it has to be a list of one request or more.')
  return { lines, ...only }
}

function sayModels(models: readonly string[]): string {
  return `requests: a batch has one model on Bedrock, and these have several (${models.join(', ')}): make one batch of each.`
}

function toText(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

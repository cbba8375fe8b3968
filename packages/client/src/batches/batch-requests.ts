import type { JsonObject } from '@outcrop/protocol'
import { isJsonObject } from '../wires/request-parts.ts'
import { readCallOptions } from '../transport/read-call-options.ts'
import type { AnthropicCall } from '../transport/anthropic-call.ts'
import { BatchRefusal } from './batch-refusal.ts'
import type { BatchCall } from './read-batch-call.ts'

/** One request of a batch, as a call of its own. */
export interface BatchRequest {
  readonly customId: string
  readonly call: AnthropicCall
}

/** Reads the requests of a new batch; throws a `BatchRefusal` that names the first which cannot be meant. */
export function readBatchRequests({ body, betas, version }: BatchCall): readonly BatchRequest[] {
  const { requests } = body
  const list: readonly unknown[] = Array.isArray(requests) ? requests : []
  if (list.length === 0) throw new BatchRefusal(400, 'requests: it has to be a list of one request or more.')
  const seen = new Set<string>()
  return list.map((request, at) => {
    const where = `requests.${at}`
    const { custom_id: customId, params } = objectAt(request, where)
    if (typeof customId !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(customId)) {
      throw new BatchRefusal(400, `${where}.custom_id: it has to be 1 to 64 letters, digits, _ and -.`)
    }
    if (seen.has(customId)) {
      throw new BatchRefusal(
        400,
        `${where}.custom_id: "${customId}" is there twice; results are found by it, so each has its own.`,
      )
    }
    seen.add(customId)
    return { customId, call: toCall(objectAt(params, `${where}.params`), `${where}.params`, { betas, version }) }
  })
}

function objectAt(value: unknown, where: string): JsonObject {
  const given = value as JsonObject
  if (!isJsonObject(given)) throw new BatchRefusal(400, `${where}: it has to be an object.`)
  return given
}

function toCall(params: JsonObject, where: string, shared: Pick<BatchCall, 'betas' | 'version'>): AnthropicCall {
  const { model, stream, bedrock, ...body } = params
  if (typeof model !== 'string' || model === '') throw new BatchRefusal(400, `${where}.model: Field required`)
  if (stream === true) throw new BatchRefusal(400, `${where}.stream: what is answered later is not streamed.`)
  const options = readCallOptions(bedrock)
  if ('fault' in options) throw new BatchRefusal(400, `${where}.${options.fault}`)
  const uncarried = Object.keys(options).find((name) => name !== 'scope')
  if (uncarried !== undefined) {
    throw new BatchRefusal(400, `${where}.bedrock.${uncarried}: a record of a batch has no place for it; a call has.`)
  }
  return {
    ...shared,
    operation: 'messages',
    body,
    model,
    stream: false,
    // The records of a job are bodies of InvokeModel, whatever wire calls take.
    bedrock: { ...options, wire: 'invoke' },
    query: new URLSearchParams(),
    repeat: undefined,
  }
}

import { findModel } from '@outcrop/protocol'
import { callForJson, type Endpoint, isRecord } from '../endpoint/call-endpoint.ts'
import { CommandFailure } from '../failure.ts'
import { printable } from '../io.ts'
import type { ModelRow } from './rows.ts'

/** What a running endpoint lists: its foundation models by Anthropic, and the profiles that lead to them. */
export async function servedRows(endpoint: Endpoint): Promise<ModelRow[]> {
  const [listed, profileIds] = await Promise.all([
    callForJson(endpoint, { method: 'GET', path: '/foundation-models', query: 'byProvider=Anthropic' }),
    listProfileIds(endpoint),
  ])
  return listOf(listed, 'modelSummaries', endpoint).flatMap((summary) => {
    const modelId = textOf(summary, 'modelId')
    if (modelId === '') return []
    const inferenceTypes = summary['inferenceTypesSupported']
    const onDemand = Array.isArray(inferenceTypes) && inferenceTypes.includes('ON_DEMAND')
    const scopes = profileIds.filter((id) => id.endsWith(`.${modelId}`)).map((id) => id.slice(0, -modelId.length - 1))
    const lifecycle = summary['modelLifecycle']
    return {
      modelId,
      modelName: textOf(summary, 'modelName'),
      scopes: onDemand ? [...scopes, 'in-region'] : scopes,
      // No list of Bedrock's names it; the catalogue does.
      contextWindow: findModel(modelId)?.contextWindow ?? null,
      status: isRecord(lifecycle) ? textOf(lifecycle, 'status') : 'ACTIVE',
    }
  })
}

async function listProfileIds(endpoint: Endpoint): Promise<string[]> {
  const ids: string[] = []
  let token = ''
  // A server that hands out tokens for ever is not followed for ever.
  for (let page = 0; page < 100; page += 1) {
    const query = `maxResults=1000&type=SYSTEM_DEFINED${token && `&nextToken=${encodeURIComponent(token)}`}`
    const answer = await callForJson(endpoint, { method: 'GET', path: '/inference-profiles', query })
    for (const profile of listOf(answer, 'inferenceProfileSummaries', endpoint))
      ids.push(textOf(profile, 'inferenceProfileId'))
    token = isRecord(answer) ? textOf(answer, 'nextToken', false) : ''
    if (token === '') break
  }
  return ids
}

function listOf(answer: unknown, name: string, { url }: Endpoint): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const list = isRecord(answer) ? answer[name] : undefined
  if (!Array.isArray(list)) throw new CommandFailure(`${url} answered without ${name}: is it a Bedrock endpoint?`)
  return list.filter(isRecord)
}

function textOf(record: Readonly<Record<string, unknown>>, name: string, shown = true): string {
  const value = record[name]
  return typeof value === 'string' ? (shown ? printable(value) : value) : ''
}

import { describe, expect, it } from 'vitest'
import { platform } from '#platform'
import type { BedrockOptions } from '../options.ts'
import { readSettings } from '../transport/read-settings.ts'
import { makeRecords } from './batch-records.ts'
import { readBatchRequests } from './batch-requests.ts'
import { readBatchCall } from './read-batch-call.ts'

const params = { model: 'claude-opus-4-6', max_tokens: 16, messages: [{ role: 'user', content: 'Hi' }] }

async function recordsOf(requests: unknown, options: BedrockOptions = {}, headers: Record<string, string> = {}) {
  const url = 'https://api.anthropic.com/v1/messages/batches'
  const call = readBatchCall({ method: 'POST', url, headers, body: JSON.stringify({ requests }) })
  const settings = readSettings({ awsRegion: 'us-west-2', onWarning: () => {}, ...options }, platform)
  return makeRecords(readBatchRequests(call), settings)
}

describe('the records of a batch', () => {
  it('are bodies of InvokeModel, adapted as a call of each would be', async () => {
    const records = await recordsOf(
      [
        { custom_id: 'a-1', params },
        { custom_id: 'b_2', params: { ...params, stream: false, inference_geo: undefined, system: 'Zwei\nZeilen' } },
      ],
      { wire: 'converse', scope: ['geo'] },
      { 'anthropic-beta': 'message-batches-2024-09-24,context-1m-2025-08-07' },
    )
    expect(records).toMatchObject({ region: 'us-west-2', modelId: 'us.anthropic.claude-opus-4-6-v1' })
    expect(records.lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(records.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        recordId: 'a-1',
        modelInput: {
          anthropic_version: 'bedrock-2023-05-31',
          anthropic_beta: ['context-1m-2025-08-07'],
          max_tokens: 16,
          messages: [{ role: 'user', content: 'Hi' }],
        },
      },
      {
        recordId: 'b_2',
        modelInput: {
          anthropic_version: 'bedrock-2023-05-31',
          anthropic_beta: ['context-1m-2025-08-07'],
          max_tokens: 16,
          messages: [{ role: 'user', content: 'Hi' }],
          system: 'Zwei\nZeilen',
        },
      },
    ])
  })

  it('go where the residency allows', async () => {
    const { modelId } = await recordsOf([{ custom_id: 'a', params }], { residency: 'us' })
    expect(modelId).toBe('us.anthropic.claude-opus-4-6-v1')
  })

  it('may name one model by several names', async () => {
    const other = { ...params, model: 'global.anthropic.claude-opus-4-6-v1' }
    const { lines } = await recordsOf([
      { custom_id: 'a', params },
      { custom_id: 'b', params: other },
    ])
    expect(lines).toHaveLength(2)
  })

  it.each<readonly [unknown, string]>([
    [undefined, 'requests: it has to be a list of one request or more.'],
    [[], 'requests: it has to be a list of one request or more.'],
    [['a'], 'requests.0: it has to be an object.'],
    [[{ custom_id: 'a b', params }], 'requests.0.custom_id: it has to be 1 to 64 letters, digits, _ and -.'],
    [[{ custom_id: 'a'.repeat(65), params }], 'requests.0.custom_id: it has to be 1 to 64 letters, digits, _ and -.'],
    [
      [
        { custom_id: 'a', params },
        { custom_id: 'a', params },
      ],
      'requests.1.custom_id: "a" is there twice; results are found by it, so each has its own.',
    ],
    [[{ custom_id: 'a' }], 'requests.0.params: it has to be an object.'],
    [[{ custom_id: 'a', params: {} }], 'requests.0.params.model: Field required'],
    [
      [{ custom_id: 'a', params: { ...params, stream: true } }],
      'requests.0.params.stream: what is answered later is not streamed.',
    ],
    [
      [{ custom_id: 'a', params: { ...params, bedrock: { serviceTier: 'flex' } } }],
      'requests.0.params.bedrock.serviceTier: a record of a batch has no place for it; a call has.',
    ],
    [
      [
        { custom_id: 'a', params },
        { custom_id: 'b', params: { ...params, model: 'claude-haiku-4-5' } },
      ],
      'requests: a batch has one model on Bedrock, and these have several (global.anthropic.claude-opus-4-6-v1, global.anthropic.claude-haiku-4-5-20251001-v1:0): make one batch of each.',
    ],
  ])('are refused before the network: %j', async (requests, message) => {
    await expect(recordsOf(requests)).rejects.toMatchObject({ status: 400, message })
  })

  it('are refused with the request that no call would be made of', async () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
    await expect(
      recordsOf([
        { custom_id: 'ok', params },
        { custom_id: 'web', params: { ...params, tools } },
      ]),
    ).rejects.toThrow(/^requests\.1 \(web\): /)
  })
})

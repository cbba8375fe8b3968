import type { Json, JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { listModels, type ModelsContext, retrieveModel } from './models-list.ts'

const now = Date.parse('2026-11-25T00:00:00Z')
const account = 'arn:aws:bedrock:us-east-1:111122223333'

const model = (modelId: string, modelName: string, startOfLifeTime: string, more: JsonObject = {}): JsonObject => ({
  modelId,
  modelName,
  providerName: 'Anthropic',
  inferenceTypesSupported: ['INFERENCE_PROFILE'],
  modelLifecycle: { status: 'ACTIVE', startOfLifeTime },
  ...more,
})
const profile = (id: string, modelId: string, name: string, type = 'SYSTEM_DEFINED'): JsonObject => ({
  inferenceProfileId: id,
  inferenceProfileArn: `${account}:${type === 'APPLICATION' ? 'application-' : ''}inference-profile/${id}`,
  inferenceProfileName: name,
  models: [{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}` }],
  status: 'ACTIVE',
  type,
})

const opus48 = 'anthropic.claude-opus-4-8'
const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const answers: Readonly<Record<string, Json>> = {
  '/foundation-models?byProvider=Anthropic': {
    modelSummaries: [
      model(haiku, 'Claude Haiku 4.5', '2025-10-15T00:00:00Z', {
        inferenceTypesSupported: ['INFERENCE_PROFILE', 'ON_DEMAND'],
        modelLifecycle: {
          status: 'LEGACY',
          startOfLifeTime: '2025-10-15T00:00:00Z',
          legacyTime: '2026-10-20T00:00:00Z',
          endOfLifeTime: '2027-05-01T00:00:00Z',
        },
      }),
      model(opus48, 'Claude Opus 4.8', '2026-05-28T10:00:00Z'),
      model('meta.llama3-70b-instruct-v1:0', 'Llama 3', '2024-04-01T00:00:00Z'),
      null,
    ],
  },
  '/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED': {
    inferenceProfileSummaries: [
      profile(`us.${opus48}`, opus48, 'US Anthropic Claude Opus 4.8'),
      profile('us.meta.llama3-70b-instruct-v1:0', 'meta.llama3-70b-instruct-v1:0', 'US Llama'),
    ],
    nextToken: 'a b',
  },
  '/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED&nextToken=a%20b': {
    inferenceProfileSummaries: [
      profile(`global.${opus48}`, opus48, 'Global Anthropic Claude Opus 4.8'),
      profile('us.anthropic.claude-opus-9', 'anthropic.claude-opus-9', 'US Claude Opus 9'),
    ],
    nextToken: 'a b',
  },
  '/inference-profiles?maxResults=1000&type=APPLICATION': {
    inferenceProfileSummaries: [profile('abcdefghijkl', opus48, 'team-a', 'APPLICATION')],
  },
}

const contextOf = (refusals: Readonly<Record<string, number>> = {}): ModelsContext => ({
  region: 'us-east-1',
  now,
  ask: async (path) => {
    const status = Object.entries(refusals).find(([start]) => path.startsWith(start))?.[1]
    if (status !== undefined) {
      throw new BedrockFailureError({
        status,
        type: 'permission_error',
        message: `no ${path}`,
        region: 'us-east-1',
        retryable: false,
      })
    }
    return answers[path] ?? null
  },
})

const list = async (query = '', context = contextOf()) => {
  const answer = await listModels(new URLSearchParams(query), context)
  return answer.kind === 'answer' ? answer.body : answer
}
const ids = async (query = '', context = contextOf()): Promise<unknown> => {
  const page = await list(query, context)
  return 'data' in page ? page.data.map(({ id }) => id) : page.message
}

const own = `${account}:application-inference-profile/abcdefghijkl`

describe('the list of models', () => {
  it('names what can be called as it stands, the newest first, and of a model the widest scope first', async () => {
    expect(await list()).toMatchObject({
      has_more: false,
      first_id: `global.${opus48}`,
      last_id: 'us.anthropic.claude-opus-9',
    })
    expect(await ids()).toEqual([`global.${opus48}`, `us.${opus48}`, own, haiku, 'us.anthropic.claude-opus-9'])
  })

  it('says of each what Anthropic would, as far as the Region and the catalogue know it', async () => {
    const page = await list('limit=4')
    const [opus, , application, legacy] = 'data' in page ? page.data : []
    expect(opus).toMatchObject({
      type: 'model',
      id: `global.${opus48}`,
      display_name: 'Global Anthropic Claude Opus 4.8',
      created_at: '2026-05-28T10:00:00Z',
      deprecated_at: null,
      retires_at: null,
      lifecycle: 'active',
      line: 'opus',
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      capabilities: {
        batch: { supported: false },
        image_input: { supported: true },
        structured_outputs: { supported: false },
        effort: { supported: true, xhigh: { supported: true } },
        thinking: {
          supported: true,
          types: { adaptive: { supported: true }, enabled: { supported: false }, disabled: { supported: true } },
        },
      },
    })
    expect(application).toMatchObject({ id: own, display_name: 'team-a' })
    expect(legacy).toMatchObject({
      id: haiku,
      lifecycle: 'deprecated',
      deprecated_at: '2026-10-20T00:00:00Z',
      retires_at: '2027-05-01T00:00:00Z',
      capabilities: { structured_outputs: { supported: true }, effort: { supported: false } },
    })
  })

  it('says of a model that nobody knows that it exists, and no more', async () => {
    expect(await retrieveModel('us.anthropic.claude-opus-9', contextOf())).toEqual({
      kind: 'answer',
      body: {
        type: 'model',
        id: 'us.anthropic.claude-opus-9',
        display_name: 'US Claude Opus 9',
        created_at: '1970-01-01T00:00:00Z',
        deprecated_at: null,
        retires_at: null,
        lifecycle: 'active',
        line: null,
        max_input_tokens: null,
        max_tokens: null,
        capabilities: null,
      },
    })
  })

  it.each([
    ['limit=2', [`global.${opus48}`, `us.${opus48}`], true],
    [`limit=2&after_id=us.${opus48}`, [own, haiku], true],
    [`limit=2&after_id=${haiku}`, ['us.anthropic.claude-opus-9'], false],
    [`limit=2&before_id=${haiku}`, [`us.${opus48}`, own], true],
    [`limit=2&before_id=us.${opus48}`, [`global.${opus48}`], false],
    ['after_id=us.anthropic.claude-opus-9', [], false],
    ['lifecycle=deprecated', [haiku], false],
    ['lifecycle[]=retired&lifecycle[]=active&limit=1', [`global.${opus48}`], true],
  ])('has pages: %s', async (query, expected, has_more) => {
    expect(await ids(query)).toEqual(expected)
    expect(await list(query)).toMatchObject({ has_more })
  })

  it.each([
    ['limit=0', 'limit: send a whole number from 1 to 1000.'],
    ['limit=1e3', 'limit: send a whole number from 1 to 1000.'],
    ['after_id=a&before_id=b', 'before_id and after_id: send one of them alone.'],
    ['after_id=gone', 'after_id: no model of the list has the id gone.'],
    ['lifecycle=old', 'lifecycle: send active, deprecated, retired.'],
  ])('refuses %s', async (query, message) => {
    expect(await list(query)).toEqual({ kind: 'refused', status: 400, message })
  })

  it('says what it may read, for a caller who may not read all', async () => {
    expect(await ids('', contextOf({ '/foundation': 403 }))).toEqual([
      `global.${opus48}`,
      `us.${opus48}`,
      own,
      'us.anthropic.claude-opus-9',
    ])
    expect(await ids('', contextOf({ '/inference': 403 }))).toEqual([haiku])
    await expect(ids('', contextOf({ '/': 403 }))).rejects.toThrow('no /foundation-models?byProvider=Anthropic')
    await expect(ids('', contextOf({ '/inference': 500 }))).rejects.toThrow('no /inference-profiles')
  })
})

describe('one model', () => {
  it.each([
    ['claude-opus-4-8', `global.${opus48}`],
    ['Claude Opus 4.8', `global.${opus48}`],
    [`us.${opus48}`, `us.${opus48}`],
    [`${account}:inference-profile/us.${opus48}`, `us.${opus48}`],
    ['abcdefghijkl', own],
    [own, own],
    [haiku, haiku],
    [`arn:aws:bedrock:us-east-1::foundation-model/${haiku}`, haiku],
    // What only profiles serve is called by a profile.
    [opus48, `global.${opus48}`],
  ])('is found by %s', async (asked, id) => {
    expect(await retrieveModel(asked, contextOf())).toMatchObject({ kind: 'answer', body: { id } })
  })

  it('that a name means goes by the order of scopes', async () => {
    expect(await retrieveModel('claude-opus-4-8', { ...contextOf(), scope: ['geo'] })).toMatchObject({
      body: { id: `us.${opus48}` },
    })
  })

  it.each([
    ['claude-opus-4.8x', 'model: there is no claude-opus-4.8x. Did you mean claude-opus-4-8?'],
    [
      'claude-opus-5-5',
      'model: claude-opus-5-5 is nothing that this account can call in us-east-1. Other Regions or scopes may have Claude Opus 5.5.',
    ],
    ['gpt-12', 'model: there is no gpt-12. List the models to see which there are.'],
  ])('that is not there is a 404 that says what to do: %s', async (asked, message) => {
    expect(await retrieveModel(asked, contextOf())).toEqual({ kind: 'refused', status: 404, message })
  })
})

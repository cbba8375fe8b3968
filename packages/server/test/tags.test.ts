import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import { type RunningServer, startServer } from '../src/start-server.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

const sonnet = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0'

async function start() {
  const log = { info() {}, warn() {}, error() {} }
  const server = await startServer({ ...defaultConfig, listen: { host: '127.0.0.1', port: 0 } }, { log })
  running.push(server)
  const ask = async (path: string, body: object) => {
    const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) })
    const error = response.headers.get('x-amzn-errortype')?.split(':')[0]
    return { status: response.status, error, body: (await response.json()) as Record<string, unknown> }
  }
  const made = await ask('/inference-profiles', {
    inferenceProfileName: 'team',
    modelSource: { copyFrom: sonnet },
    tags: [{ key: 'team', value: 'a' }],
  })
  return { ask, resourceARN: String(made.body['inferenceProfileArn']) }
}

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${from + index}`, value: '' }))

describe('the tags of a resource', () => {
  it('are added, changed, listed and taken off', async () => {
    const { ask, resourceARN } = await start()
    const done = { status: 200, error: undefined, body: {} }
    const tags = [
      { key: 'cost center', value: '12' },
      { key: 'team', value: 'b' },
      { key: '__proto__', value: '' },
    ]
    expect(await ask('/tagResource', { resourceARN, tags })).toEqual(done)
    expect((await ask('/listTagsForResource', { resourceARN })).body).toEqual({
      tags: [
        { key: 'team', value: 'b' },
        { key: 'cost center', value: '12' },
        { key: '__proto__', value: '' },
      ],
    })
    expect(await ask('/untagResource', { resourceARN, tagKeys: ['cost center', 'none'] })).toEqual(done)
    expect((await ask('/listTagsForResource', { resourceARN })).body).toEqual({
      tags: [
        { key: 'team', value: 'b' },
        { key: '__proto__', value: '' },
      ],
    })
  })

  it('are fifty at most, those that it has included', async () => {
    const { ask, resourceARN } = await start()
    expect((await ask('/tagResource', { resourceARN, tags: numbered(0, 49) })).status).toBe(200)
    expect(await ask('/tagResource', { resourceARN, tags: numbered(49, 1) })).toEqual({
      status: 400,
      error: 'TooManyTagsException',
      body: {
        message:
          'The request contains more tags than can be associated with a resource (50 tags per resource). The maximum number of tags includes both existing tags and those included in your current request.',
        resourceName: resourceARN,
      },
    })
    expect((await ask('/tagResource', { resourceARN, tags: numbered(3, 1) })).status).toBe(200)
    expect((await ask('/tagResource', { resourceARN, tags: numbered(0, 201) })).body['message']).toContain(
      "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 200",
    )
  })

  it.each([
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/aaaaaaaaaaaa',
    'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/aaaaaaaaaaaa',
    sonnet,
    'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/aaaaaaaaaaaa',
    'a-resource-that-is-no-arn',
  ])('are refused of %s, which is not there', async (resourceARN) => {
    const { ask } = await start()
    const missing = {
      status: 404,
      error: 'ResourceNotFoundException',
      body: { message: `The resource ${resourceARN} was not found.` },
    }
    expect(await ask('/listTagsForResource', { resourceARN })).toEqual(missing)
    expect(await ask('/tagResource', { resourceARN, tags: [] })).toEqual(missing)
    expect(await ask('/untagResource', { resourceARN, tagKeys: [] })).toEqual(missing)
  })

  it.each([
    [{ resourceARN: 'arn:aws:s3:::some-bucket-of-mine' }, 'regular expression pattern: .*(^[a-zA-Z0-9]'],
    [{ resourceARN: 'short' }, 'Member must have length greater than or equal to 20'],
    [{}, "Value null at 'resourceARN' failed"],
    [{ tags: undefined }, "Value null at 'tags' failed"],
    [{ tags: [{ key: 'a' }] }, "Value null at 'tags.1.member.value' failed"],
    [{ tags: [{ key: '', value: '' }] }, 'Member must have length greater than or equal to 1'],
    [{ tags: [{ key: 'AWS:x', value: '' }] }, 'aws: prefixed tag key names'],
  ])('are refused for %j', async (more, text) => {
    const { ask, resourceARN } = await start()
    const isBare = Object.keys(more).length === 0
    const body = isBare ? { tags: [] } : { resourceARN, tags: [], ...more }
    const answer = await ask('/tagResource', body)
    expect([answer.status, answer.error]).toEqual([400, 'ValidationException'])
    expect(answer.body['message']).toContain(text)
  })
})

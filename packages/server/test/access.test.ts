import { afterEach, describe, expect, it } from 'vitest'
import type { AccessPolicy } from '../src/state/access.ts'
import type { RunningServer } from '../src/start-server.ts'
import { ask, type JsonAnswer, startQuietly } from './support/access-calls.ts'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const us = `us.${haiku}`
const messages = [{ role: 'user', content: 'Hello' }]
const body = { max_tokens: 5, messages }
const invokeBody = { anthropic_version: 'bedrock-2023-05-31', ...body }
const converseBody = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }

/** Every way to ask for a model: path, and a body that is good and one that is not. */
const wires = {
  InvokeModel: [`/model/${us}/invoke`, invokeBody],
  InvokeModelWithResponseStream: [`/model/${us}/invoke-with-response-stream`, invokeBody],
  Converse: [`/model/${us}/converse`, converseBody],
  ConverseStream: [`/model/${us}/converse-stream`, converseBody],
  CountTokens: [`/model/${haiku}/count-tokens`, { input: { converse: converseBody } }],
  'Messages on the runtime': ['/anthropic/v1/messages', { model: us, ...body }],
  'Messages on mantle': ['/mantle/anthropic/v1/messages', { model: 'anthropic.claude-haiku-4-5', ...body }],
  'counting of Messages on mantle': [
    '/mantle/anthropic/v1/messages/count_tokens',
    { model: 'anthropic.claude-haiku-4-5', messages },
  ],
  "Anthropic's own path": ['/v1/messages', { model: 'claude-haiku-4-5', ...body }],
  "counting on Anthropic's own path": ['/v1/messages/count_tokens', { model: 'claude-haiku-4-5', messages }],
} as const satisfies Record<string, readonly [path: string, body: object]>
type WireName = keyof typeof wires
const names = Object.keys(wires) as readonly WireName[]

const running: RunningServer[] = []
const start = async (...options: Parameters<typeof startQuietly>): Promise<RunningServer> => {
  const server = await startQuietly(...options)
  running.push(server)
  return server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

/** Calls a model without a signature, as the plain paths want it: in the configured Region and account. */
async function call(server: RunningServer, wire: WireName, change: object = {}, headers = {}): Promise<JsonAnswer> {
  const [path, good] = wires[wire]
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...good, ...change }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return {
    status: answer.status,
    errorType: answer.headers.get('x-amzn-errortype')?.replace(/:.*/, '') ?? null,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  }
}

type Refusal = readonly [status: number, aws: string, anthropic: string, message: string]

/** A refusal as each wire tells it. */
function refusal(wire: WireName, [status, aws, anthropic, message]: Refusal): object {
  if (!wire.includes('essages') && !wire.includes('own path')) return { status, errorType: aws, body: { message } }
  return { status, errorType: null, body: { type: 'error', error: { type: anthropic, message } } }
}

async function putForm(server: RunningServer): Promise<void> {
  await ask(server, 'POST', '/use-case-for-model-access', {
    formData: Buffer.from('{"companyName":"Ada"}').toString('base64'),
  })
}

async function agree(server: RunningServer): Promise<void> {
  const label = encodeURIComponent(haiku)
  const { body: listed } = await ask(server, 'GET', `/list-foundation-model-agreement-offers/${label}`)
  const [offer] = (listed as { offers: ReadonlyArray<{ offerToken: string }> }).offers
  const made = { modelId: haiku, offerToken: offer?.offerToken }
  expect((await ask(server, 'POST', '/create-foundation-model-agreement', made)).status).toBe(202)
}

const end = (server: RunningServer) => ask(server, 'POST', '/delete-foundation-model-agreement', { modelId: haiku })

const noForm: Refusal = [
  404,
  'ResourceNotFoundException',
  'not_found_error',
  'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model. If you have already filled out the form, try again in 15 minutes.',
]
const noAccess: Refusal = [
  403,
  'AccessDeniedException',
  'permission_error',
  "You don't have access to the model with the specified model ID.",
]
const pending: Refusal = [
  403,
  'AccessDeniedException',
  'permission_error',
  'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to the Amazon Bedrock documentation for further details. Your AWS Marketplace subscription for this model cannot be completed at this time. If you recently fixed this issue, try again after 5 minutes.',
]
const never: Refusal = [
  403,
  'AccessDeniedException',
  'permission_error',
  'Your account is not authorized to invoke this API operation.',
]

const policy = (name: AccessPolicy): Promise<RunningServer> => start({ access: { policy: name } })

describe.each(names)('access on %s', (wire) => {
  const refused = (row: Refusal): object => refusal(wire, row)

  it('is granted to everybody, until the agreement is deleted', async () => {
    const server = await policy('granted')
    expect((await call(server, wire)).status).toBe(200)
    await end(server)
    expect(await call(server, wire)).toMatchObject(refused(noAccess))
    await agree(server)
    expect((await call(server, wire)).status).toBe(200)
  })

  it('is given to whoever has asked for it', async () => {
    const server = await policy('ask')
    expect(await call(server, wire)).toMatchObject(refused(noForm))
    await putForm(server)
    expect(await call(server, wire)).toMatchObject(refused(noAccess))
    await agree(server)
    expect((await call(server, wire)).status).toBe(200)
  })

  it('waits for an operator', async () => {
    const server = await policy('admin')
    await putForm(server)
    await agree(server)
    expect(await call(server, wire)).toMatchObject(refused(pending))
    const order = { modelId: haiku, account: '123456789012', region: 'us-east-1' }
    expect((await ask(server, 'POST', '/admin/access/grant', order)).status).toBe(200)
    expect((await call(server, wire)).status).toBe(200)
    expect((await ask(server, 'POST', '/admin/access/revoke', { modelId: haiku })).status).toBe(200)
    expect(await call(server, wire)).toMatchObject(refused(noAccess))
  })

  it('is never given', async () => {
    expect(await call(await policy('never'), wire)).toMatchObject(refused(never))
  })

  it('is judged before the body', async () => {
    const server = await policy('never')
    const broken = { messages: 'none', input: 'none' }
    expect(await call(server, wire, broken)).toMatchObject(refused(never))
  })

  it('is refused to a credential that lists other models, in the words of IAM', async () => {
    const bearer = `ABSK${Buffer.from('BedrockAPIKey-ci-at-123456789012:hush').toString('base64')}`
    const credentials = [{ user: 'ci', bearer, allow: ['claude-opus-4-8', `global.${haiku}`] }]
    const server = await start({ auth: { mode: 'strict', credentials }, access: { policy: 'never' } })
    const answer = await call(server, wire, { messages: 'none' }, { authorization: `Bearer ${bearer}` })
    const isMantle = wire.includes('mantle')
    // In guide fidelity the bare id that is counted goes through the profile of its geography too.
    const isProfile = !isMantle && !wire.includes('own path')
    const action = isMantle
      ? 'bedrock-mantle:CreateInference'
      : `bedrock:${/ount/.test(wire) ? 'CountTokens' : /Stream/.test(wire) ? 'InvokeModelWithResponseStream' : 'InvokeModel'}`
    const resource = isProfile
      ? `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${us}`
      : `arn:aws:bedrock:us-east-1::foundation-model/${haiku}`
    const message = `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
    const isAws = !isMantle && !wire.includes('own path')
    expect([answer.status, answer.errorType]).toEqual([403, isAws ? 'AccessDeniedException' : null])
    expect(answer.body).toMatchObject(
      isAws ? { Message: message } : { type: 'error', error: { type: 'permission_error', message } },
    )
  })
})

describe('the order of refusals', () => {
  it('has access after the id', async () => {
    const server = await start({ access: { policy: 'never' } })
    const answer = await ask(server, 'POST', '/model/mars/converse', converseBody)
    expect([answer.status, answer.body]).toEqual([400, { message: 'The provided model identifier is invalid.' }])
  })
})

describe("a credential's list of models", () => {
  const bearer = `ABSK${Buffer.from('BedrockAPIKey-ci-at-123456789012:hush').toString('base64')}`
  const withAllow = (...allow: string[]): Promise<RunningServer> =>
    start({ fidelity: 'aws', auth: { mode: 'strict', credentials: [{ user: 'ci', bearer, allow }] } })
  const converse = async (server: RunningServer, id: string): Promise<JsonAnswer> => {
    const answer = await fetch(`${server.url}/model/${encodeURIComponent(id)}/converse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify(converseBody),
    })
    return { status: answer.status, errorType: null, body: await answer.json() }
  }

  it.each([[haiku], ['claude-haiku-4-5'], [us], ['us.*'], ['arn:aws:bedrock:*:*:inference-profile/us.*']])(
    'lets calls through that %s names',
    async (entry) => {
      const server = await withAllow(entry)
      expect((await converse(server, us)).status).toBe(200)
      expect((await converse(server, `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${us}`)).status).toBe(
        200,
      )
      expect((await converse(server, 'global.anthropic.claude-opus-4-8')).status).toBe(403)
    },
  )

  it('comes before the id: who may not use a model does not hear whether there is one', async () => {
    const server = await withAllow('claude-opus-4-8')
    expect((await converse(server, 'anthropic.claude-9')).body).toEqual({
      Message:
        'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-9 because no identity-based policy allows the bedrock:InvokeModel action',
    })
    // A bare id that only a profile serves.
    expect((await converse(server, haiku)).status).toBe(403)
    expect((await converse(server, 'anthropic.claude-opus-4-8')).status).toBe(400)
  })

  it('lets an application profile through by its ARN or by its model', async () => {
    const profileOf = async (server: RunningServer): Promise<string> => {
      const answer = await fetch(`${server.url}/inference-profiles`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}` },
        body: JSON.stringify({
          inferenceProfileName: 'team',
          modelSource: { copyFrom: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${us}` },
        }),
      })
      return ((await answer.json()) as { inferenceProfileArn: string }).inferenceProfileArn
    }
    const byModel = await withAllow(haiku)
    expect((await converse(byModel, await profileOf(byModel))).status).toBe(200)
    const byArn = await withAllow('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/*')
    expect((await converse(byArn, await profileOf(byArn))).status).toBe(200)
    expect((await converse(byArn, us)).status).toBe(403)
    const byOther = await withAllow('claude-opus-4-8')
    const arn = await profileOf(byOther)
    expect((await converse(byOther, arn)).body).toEqual({
      Message: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: bedrock:InvokeModel on resource: ${arn} because no identity-based policy allows the bedrock:InvokeModel action`,
    })
  })

  it('leaves the lists of models as they are', async () => {
    const server = await withAllow('claude-opus-4-8')
    const answer = await fetch(`${server.url}/foundation-models`, { headers: { authorization: `Bearer ${bearer}` } })
    expect(await answer.text()).toContain(haiku)
  })
})

const fable = (server: RunningServer, model: string, path = '/mantle/anthropic/v1/messages') =>
  ask(server, 'POST', path, { model, ...body })
const unavailable = (mode: string): object => ({
  status: 400,
  body: { error: { message: `data retention mode '${mode}' is not available for this model` } },
})

describe('data retention on mantle', () => {
  it('has to be shared for Fable 5, and at least reviewed for Fable 5.1', async () => {
    const server = await start({ fidelity: 'aws' })
    const set = (mode: string) => ask(server, 'PUT', '/data-retention', { mode })
    expect(await fable(server, 'anthropic.claude-fable-5')).toMatchObject(unavailable('default'))
    await set('aws_review')
    expect(await fable(server, 'anthropic.claude-fable-5')).toMatchObject(unavailable('aws_review'))
    expect((await fable(server, 'anthropic.claude-fable-5-1')).status).toBe(200)
    await set('provider_data_share')
    expect((await fable(server, 'anthropic.claude-fable-5')).status).toBe(200)
    await set('none')
    expect(await fable(server, 'anthropic.claude-fable-5-1')).toMatchObject(unavailable('none'))
    expect((await fable(server, 'anthropic.claude-opus-4-8')).status).toBe(200)
  })

  it('is asked of nobody in guide fidelity', async () => {
    expect((await fable(await start(), 'anthropic.claude-fable-5')).status).toBe(200)
  })
})

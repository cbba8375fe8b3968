// @aws-sdk/client-bedrock: the control plane over HTTP/1.1.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-bedrock'
import {
  keys,
  modelArn,
  models,
  profileArn,
  refusal,
  requirement,
  run,
  setEnvironment,
  target,
  texts,
} from './harness.js'

/** @param {import('./checks.js').Options} options */
function open({ identity = keys, region = target.region } = {}) {
  setEnvironment(identity, region)
  return new sdk.BedrockClient({ endpoint: target.urls.strict, region })
}

/** @param {() => Promise<unknown>} call @param {{ status: number, code: string, text: string }} expected */
async function isRefused(call, { status, code, text }) {
  const error = await refusal(call)
  assert.ok(error instanceof sdk.BedrockServiceException, `a service exception, not ${String(error)}`)
  assert.deepEqual([error.$metadata.httpStatusCode, error.name], [status, code], error.message)
  assert.ok(error.message.includes(text), `expected ${text}, shown ${error.message}`)
}

const guideModels = [
  'anthropic.claude-opus-4-6-v1',
  'anthropic.claude-sonnet-4-6',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
]

requirement('models.list', async () => {
  const { modelSummaries = [] } = await open().send(new sdk.ListFoundationModelsCommand({ byProvider: 'anthropic' }))
  const ids = modelSummaries.map(({ modelId }) => modelId)
  for (const id of guideModels) assert.ok(ids.includes(id), `${id} in ${ids.join(' ')}`)
  const opus = modelSummaries.find(({ modelId }) => modelId === 'anthropic.claude-opus-4-6-v1')
  assert.equal(opus?.modelArn, modelArn('anthropic.claude-opus-4-6-v1'))
  assert.equal(opus?.providerName, 'Anthropic')
  assert.equal(opus?.responseStreamingSupported, true)
  assert.equal(opus?.modelLifecycle?.status, 'ACTIVE')
})

requirement('guardrail.list', async () => {
  assert.deepEqual((await open().send(new sdk.ListGuardrailsCommand({}))).guardrails, [])
})

requirement('models.filter', async () => {
  const client = open()
  const count = async (/** @type {sdk.ListFoundationModelsCommandInput} */ filter) =>
    (await client.send(new sdk.ListFoundationModelsCommand(filter))).modelSummaries?.length ?? 0
  assert.ok((await count({ byOutputModality: 'TEXT' })) > 0)
  assert.equal(await count({ byOutputModality: 'EMBEDDING' }), 0)
  assert.equal(await count({ byProvider: 'Nobody' }), 0)
  const bad = /** @type {sdk.ModelModality} */ ('SMELL')
  await isRefused(() => count({ byOutputModality: bad }), { status: 400, code: 'ValidationException', text: 'SMELL' })
})

requirement('models.get', async () => {
  const client = open()
  for (const modelIdentifier of [models.bare, modelArn(models.bare)]) {
    const { modelDetails } = await client.send(new sdk.GetFoundationModelCommand({ modelIdentifier }))
    assert.equal(modelDetails?.modelId, models.bare)
    assert.equal(modelDetails?.modelName, 'Claude Sonnet 4.5')
  }
  const unknown = { modelIdentifier: 'anthropic.claude-nonesuch-9' }
  await isRefused(() => client.send(new sdk.GetFoundationModelCommand(unknown)), {
    status: 400,
    code: 'ValidationException',
    text: texts.unknownModel,
  })
})

requirement('profiles.list', async () => {
  const input = { typeEquals: /** @type {const} */ ('SYSTEM_DEFINED') }
  const { inferenceProfileSummaries = [] } = await open().send(new sdk.ListInferenceProfilesCommand(input))
  const found = inferenceProfileSummaries.find(({ inferenceProfileId }) => inferenceProfileId === models.main)
  assert.equal(found?.inferenceProfileArn, profileArn(models.main))
  assert.equal(found?.type, 'SYSTEM_DEFINED')
  assert.equal(found?.status, 'ACTIVE')
  assert.ok((found?.models?.length ?? 0) > 0)
  assert.ok(found?.createdAt === undefined || found.createdAt instanceof Date)
  const europe = await open({ region: 'eu-west-1' }).send(new sdk.ListInferenceProfilesCommand(input))
  const ids = europe.inferenceProfileSummaries?.map(({ inferenceProfileArn }) => inferenceProfileArn) ?? []
  assert.ok(ids.includes(profileArn('eu.anthropic.claude-sonnet-4-6', 'eu-west-1')), ids.join(' '))
})

requirement('profiles.pages', async () => {
  const client = open()
  const { inferenceProfileSummaries = [] } = await client.send(new sdk.ListInferenceProfilesCommand({}))
  const paged = []
  let pages = 0
  for await (const page of sdk.paginateListInferenceProfiles({ client, pageSize: 3 }, {})) {
    pages += 1
    assert.ok((page.inferenceProfileSummaries?.length ?? 0) <= 3)
    paged.push(...(page.inferenceProfileSummaries ?? []))
  }
  assert.ok(pages > 1, `${pages} pages`)
  assert.deepEqual(
    paged.map(({ inferenceProfileId }) => inferenceProfileId),
    inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId),
  )
})

requirement('profiles.get', async () => {
  const client = open()
  for (const inferenceProfileIdentifier of [models.main, profileArn(models.main)]) {
    const profile = await client.send(new sdk.GetInferenceProfileCommand({ inferenceProfileIdentifier }))
    assert.equal(profile.inferenceProfileId, models.main)
    assert.equal(profile.inferenceProfileArn, profileArn(models.main))
    assert.match(profile.inferenceProfileName ?? '', /Claude Sonnet 4\.5/i)
  }
  const unknown = { inferenceProfileIdentifier: 'us.anthropic.claude-nonesuch-9' }
  const error = await refusal(() => client.send(new sdk.GetInferenceProfileCommand(unknown)))
  // WIRE §13 does not know which of the two it is.
  assert.ok(error instanceof sdk.ResourceNotFoundException || error instanceof sdk.ValidationException, String(error))
})

requirement('control.bearer', async () => {
  const client = open({ identity: { kind: 'bearer', token: target.bearer } })
  const { modelSummaries } = await client.send(new sdk.ListFoundationModelsCommand({}))
  assert.ok((modelSummaries?.length ?? 0) > 0)
})

const list = (/** @type {import('./harness.js').Identity} */ identity) => () =>
  open({ identity }).send(new sdk.ListFoundationModelsCommand({}))

requirement('control.errors', async () => {
  const unknown = { ...target.keys, accessKeyId: 'AKIAUNKNOWNUNKNOWN77' }
  await isRefused(list({ kind: 'keys', keys: unknown }), {
    status: 403,
    code: 'UnrecognizedClientException',
    text: texts.unknownKey,
  })
  await isRefused(list({ kind: 'keys', keys: { ...target.keys, secretAccessKey: 'wrong' } }), {
    status: 403,
    code: 'InvalidSignatureException',
    text: texts.wrongSecret,
  })
  const token = `ABSK${Buffer.from('BedrockAPIKey-x-at-123456789012:wrong').toString('base64')}`
  await isRefused(list({ kind: 'bearer', token }), { status: 403, code: 'AccessDeniedException', text: texts.wrongKey })
})

await run('aws-sdk-js-bedrock')

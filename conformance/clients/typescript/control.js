// @aws-sdk/client-bedrock: the control plane over HTTP/1.1.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-bedrock'
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { checkBatch } from './batch.js'
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

/** @param {'first' | 'second'} which */
function openTenant(which) {
  const { account, keys: pair } = target.tenants['aws-sdk-js-bedrock'][which]
  // A bearer key that an earlier check left in the environment would win over keys that are given.
  setEnvironment({ kind: 'keys', keys: pair }, target.region)
  const settings = {
    endpoint: target.urls.asking,
    region: target.region,
    credentials: { accessKeyId: pair.accessKeyId, secretAccessKey: pair.secretAccessKey },
    maxAttempts: 1,
  }
  const client = new sdk.BedrockClient(settings)
  const runtime = new BedrockRuntimeClient(settings)
  const converse = (/** @type {string} */ modelId) =>
    runtime.send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }))
  return { account, client, converse }
}

/** @param {sdk.BedrockClient} client @param {string} modelId */
async function obtain(client, modelId) {
  await client.send(new sdk.PutUseCaseForModelAccessCommand({ formData: new TextEncoder().encode(form) }))
  const { offers = [] } = await client.send(new sdk.ListFoundationModelAgreementOffersCommand({ modelId }))
  const offerToken = offers[0]?.offerToken
  return client.send(new sdk.CreateFoundationModelAgreementCommand({ modelId, offerToken }))
}

const form = JSON.stringify({
  companyName: 'Quarry',
  companyWebsite: 'https://quarry.example',
  intendedUsers: '0',
  industryOption: 'Mining',
  otherIndustryOption: '',
  useCases: 'Counting stones.',
})
const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const sonnetProfile = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

/** @param {() => Promise<unknown>} call @param {number} status @param {string} name @param {string} [text] */
async function fails(call, status, name, text = '') {
  const error = /** @type {sdk.BedrockServiceException} */ (await refusal(call))
  assert.deepEqual([error.$metadata?.httpStatusCode, error.name], [status, name], String(error))
  assert.ok(error.message.includes(text), error.message)
}

requirement('access.flow', async () => {
  const { client, converse } = openTenant('first')
  const availability = () => client.send(new sdk.GetFoundationModelAvailabilityCommand({ modelId: haiku }))
  assert.equal((await availability()).agreementAvailability?.status, 'NOT_AVAILABLE')
  const called = () => converse(`us.${haiku}`)
  await fails(called, 404, 'ResourceNotFoundException', 'Model use case details have not been submitted')
  await fails(() => client.send(new sdk.GetUseCaseForModelAccessCommand({})), 404, 'ResourceNotFoundException')
  assert.equal((await obtain(client, haiku)).modelId, haiku)
  const { formData = new Uint8Array() } = await client.send(new sdk.GetUseCaseForModelAccessCommand({}))
  assert.equal(new TextDecoder().decode(formData), form)
  assert.equal((await availability()).agreementAvailability?.status, 'AVAILABLE')
  assert.equal((await called()).stopReason, 'end_turn')
  await client.send(new sdk.DeleteFoundationModelAgreementCommand({ modelId: haiku }))
  await fails(called, 403, 'AccessDeniedException')
})

requirement('access.errors', async () => {
  const { client } = openTenant('first')
  const made = { modelId: haiku, offerToken: 'mine' }
  await fails(() => client.send(new sdk.CreateFoundationModelAgreementCommand(made)), 400, 'ValidationException')
})

requirement('access.retention', async () => {
  const { client } = openTenant('first')
  assert.match((await client.send(new sdk.GetAccountDataRetentionCommand({}))).mode ?? '', /^(default|inherit)$/)
  await client.send(new sdk.PutAccountDataRetentionCommand({ mode: 'provider_data_share' }))
  const kept = await client.send(new sdk.GetAccountDataRetentionCommand({}))
  assert.equal(kept.mode, 'provider_data_share')
  assert.ok(kept.updatedAt instanceof Date)
})

requirement('application.life', async () => {
  const { account, client, converse } = openTenant('second')
  await obtain(client, sonnetProfile.slice(3))
  const copyFrom = `arn:aws:bedrock:${target.region}:${account}:inference-profile/${sonnetProfile}`
  const input = {
    inferenceProfileName: 'quarry app',
    modelSource: { copyFrom },
    clientRequestToken: 'once',
    tags: [{ key: 'team', value: 'quarry' }],
  }
  const create = () => client.send(new sdk.CreateInferenceProfileCommand(input))
  const { inferenceProfileArn: arn = '', $metadata } = await create()
  assert.equal($metadata.httpStatusCode, 201)
  assert.match(arn, /:application-inference-profile\/[a-z0-9]{12}$/)
  assert.equal((await create()).inferenceProfileArn, arn)
  const got = await client.send(new sdk.GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }))
  assert.deepEqual([got.type, got.status, got.inferenceProfileName], ['APPLICATION', 'ACTIVE', 'quarry app'])
  assert.ok(got.createdAt instanceof Date)
  assert.equal((await converse(arn)).stopReason, 'end_turn')
  await client.send(new sdk.DeleteInferenceProfileCommand({ inferenceProfileIdentifier: arn }))
  const gone = () => client.send(new sdk.GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }))
  await fails(gone, 404, 'ResourceNotFoundException')
  await refusal(() => converse(arn))
})

requirement('application.pages', async () => {
  const { client } = openTenant('second')
  const copyFrom = `arn:aws:bedrock:${target.region}::foundation-model/${sonnetProfile.slice(3)}`
  /** @type {string[]} */
  const made = []
  for (let number = 0; number < 5; number += 1) {
    const input = { inferenceProfileName: `page ${number}`, modelSource: { copyFrom } }
    made.push((await client.send(new sdk.CreateInferenceProfileCommand(input))).inferenceProfileArn ?? '')
  }
  /** @type {string[]} */
  const found = []
  for await (const page of sdk.paginateListInferenceProfiles({ client, pageSize: 2 }, { typeEquals: 'APPLICATION' })) {
    found.push(...(page.inferenceProfileSummaries ?? []).map(({ inferenceProfileArn }) => inferenceProfileArn ?? ''))
  }
  assert.equal(new Set(found).size, found.length)
  for (const arn of made) {
    assert.ok(found.includes(arn), arn)
    await client.send(new sdk.DeleteInferenceProfileCommand({ inferenceProfileIdentifier: arn }))
  }
})

requirement('application.tags', async () => {
  const { client } = openTenant('second')
  const copyFrom = `arn:aws:bedrock:${target.region}::foundation-model/${sonnetProfile.slice(3)}`
  const input = { inferenceProfileName: 'tagged', modelSource: { copyFrom }, tags: [{ key: 'team', value: 'a' }] }
  const { inferenceProfileArn: resourceARN } = await client.send(new sdk.CreateInferenceProfileCommand(input))
  const tags = [
    { key: 'team', value: 'b' },
    { key: 'stage', value: 'test' },
  ]
  await client.send(new sdk.TagResourceCommand({ resourceARN, tags }))
  await client.send(new sdk.UntagResourceCommand({ resourceARN, tagKeys: ['stage'] }))
  const kept = await client.send(new sdk.ListTagsForResourceCommand({ resourceARN }))
  assert.deepEqual(kept.tags, [{ key: 'team', value: 'b' }])
})

requirement('application.errors', async () => {
  const { account, client } = openTenant('second')
  const bad = {
    inferenceProfileName: 'two  blanks',
    modelSource: { copyFrom: modelArn('anthropic.claude-sonnet-4-6') },
  }
  const create = () => client.send(new sdk.CreateInferenceProfileCommand(bad))
  await fails(create, 400, 'ValidationException', 'inferenceProfileName')
  const system = `arn:aws:bedrock:${target.region}:${account}:inference-profile/${sonnetProfile}`
  await refusal(() => client.send(new sdk.DeleteInferenceProfileCommand({ inferenceProfileIdentifier: system })))
})

requirement('logging.configuration', async () => {
  const { account, client } = openTenant('second')
  const get = async () => (await client.send(new sdk.GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig
  assert.equal(await get(), undefined)
  const loggingConfig = {
    cloudWatchConfig: { logGroupName: 'bedrock', roleArn: `arn:aws:iam::${account}:role/logs` },
    textDataDeliveryEnabled: true,
  }
  await client.send(new sdk.PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
  assert.deepEqual((await get())?.cloudWatchConfig, loggingConfig.cloudWatchConfig)
  await client.send(new sdk.DeleteModelInvocationLoggingConfigurationCommand({}))
  assert.equal(await get(), undefined)
})

requirement('quota.throttled', async () => {
  const { client, converse } = openTenant('second')
  await obtain(client, 'anthropic.claude-sonnet-4-6')
  await converse('us.anthropic.claude-sonnet-4-6')
  const again = () => converse('us.anthropic.claude-sonnet-4-6')
  await fails(again, 429, 'ThrottlingException', 'Too many requests, please wait before trying again.')
})

checkBatch(async () => {
  const { account, client } = openTenant('second')
  const found = await client.send(new sdk.GetFoundationModelAvailabilityCommand({ modelId: haiku }))
  // An agreement is made once.
  if (found.agreementAvailability?.status !== 'AVAILABLE') await obtain(client, haiku)
  return { account, client }
}, fails)

await run('aws-sdk-js-bedrock')

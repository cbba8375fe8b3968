// createControl and getCallerIdentity of @outcrop/client: the control plane and STS.
import assert from 'node:assert/strict'
import { BedrockFailureError, createControl, getCallerIdentity } from '@outcrop/client/control'
import { modelArn, models, profileArn, refusal, requirement, target, texts } from './harness.js'
import { outcropOptions } from './outcrop-options.js'

/** @param {import('./checks.js').Options} [options] */
const open = (options) => createControl({ ...outcropOptions(options), maxRetries: 0 })

/** @param {() => Promise<unknown>} call @param {number} status @param {string} code @param {string} text */
async function isRefused(call, status, code, text) {
  const error = await refusal(call)
  assert.ok(error instanceof BedrockFailureError, `a BedrockFailureError, not ${String(error)}`)
  const { failure } = error
  assert.deepEqual([failure.status, failure.awsCode], [status, code], failure.message)
  assert.ok(failure.message.includes(text), `expected ${text}, shown ${failure.message}`)
  assert.match(failure.requestId ?? '', /^[0-9a-f-]{36}$/)
}

/** @param {ReturnType<typeof createControl>} control @param {Parameters<ReturnType<typeof createControl>['listInferenceProfiles']>[0]} [filters] */
async function pages(control, filters) {
  const all = []
  for await (const page of control.listInferenceProfiles(filters)) all.push(page)
  return all
}

const count = async (/** @type {any} */ filter) => (await open().listFoundationModels(filter)).length
const unknownModel = () => open().getFoundationModel('anthropic.claude-nonesuch-9')
const ids = (/** @type {Awaited<ReturnType<typeof pages>>} */ all) =>
  all.flat().map(({ inferenceProfileId }) => inferenceProfileId)
const list = (/** @type {import('./harness.js').Identity} */ identity) => () =>
  open({ identity }).listFoundationModels()
const identify = (/** @type {import('./harness.js').KeyPair} */ pair) =>
  getCallerIdentity({
    stsURL: target.urls.strict,
    ...outcropOptions({ identity: { kind: 'keys', keys: pair } }),
    maxRetries: 0,
  })

/** Adds the requirements of the control plane and of STS. */
export function checkControl() {
  requirement('models.list', async () => {
    const listed = await open().listFoundationModels({ byProvider: 'anthropic' })
    const opus = listed.find(({ modelId }) => modelId === 'anthropic.claude-opus-4-6-v1')
    assert.equal(opus?.modelArn, modelArn('anthropic.claude-opus-4-6-v1'))
    for (const id of ['anthropic.claude-sonnet-4-6', models.bare, 'anthropic.claude-haiku-4-5-20251001-v1:0']) {
      assert.ok(
        listed.some(({ modelId }) => modelId === id),
        id,
      )
    }
  })
  requirement('models.filter', async () => {
    assert.ok((await count({ byOutputModality: 'TEXT' })) > 0)
    assert.equal(await count({ byOutputModality: 'EMBEDDING' }), 0)
    assert.equal(await count({ byProvider: 'Nobody' }), 0)
    await isRefused(() => count({ byOutputModality: 'SMELL' }), 400, 'ValidationException', 'SMELL')
  })
  requirement('models.get', async () => {
    for (const id of [models.bare, modelArn(models.bare)]) {
      const { modelId, modelName } = await open().getFoundationModel(id)
      assert.deepEqual([modelId, modelName], [models.bare, 'Claude Sonnet 4.5'])
    }
    await isRefused(unknownModel, 400, 'ValidationException', texts.unknownModel)
  })
  requirement('profiles.list', async () => {
    const found = (await pages(open(), { typeEquals: 'SYSTEM_DEFINED' })).flat()
    const main = found.find(({ inferenceProfileId }) => inferenceProfileId === models.main)
    assert.equal(main?.inferenceProfileArn, profileArn(models.main))
    assert.deepEqual([main?.type, main?.status], ['SYSTEM_DEFINED', 'ACTIVE'])
    const europe = (await pages(open({ region: 'eu-west-1' }))).flat()
    const arns = europe.map(({ inferenceProfileArn }) => inferenceProfileArn)
    assert.ok(arns.includes(profileArn('eu.anthropic.claude-sonnet-4-6', 'eu-west-1')), arns.join(' '))
  })
  requirement('profiles.pages', async () => {
    const paged = await pages(open(), { maxResults: 3 })
    assert.ok(paged.length > 1 && paged.every((page) => page.length <= 3), `${paged.length} pages`)
    assert.deepEqual(ids(paged), ids(await pages(open())))
  })
  requirement('profiles.get', async () => {
    for (const id of [models.main, profileArn(models.main)]) {
      const profile = await open().getInferenceProfile(id)
      assert.equal(profile.inferenceProfileId, models.main)
      assert.equal(profile.inferenceProfileArn, profileArn(models.main))
    }
    const unknown = await refusal(() => open().getInferenceProfile('us.anthropic.claude-nonesuch-9'))
    // WIRE §13 does not know which of the two it is.
    assert.ok(unknown instanceof BedrockFailureError, String(unknown))
    assert.match(unknown.failure.awsCode ?? '', /^(ResourceNotFound|Validation)Exception$/)
  })
  requirement('control.bearer', async () => {
    const bearing = open({ identity: { kind: 'bearer', token: target.bearer } })
    assert.ok((await bearing.listFoundationModels()).length > 0)
  })
  requirement('control.errors', async () => {
    const unknown = { ...target.keys, accessKeyId: 'AKIAUNKNOWNUNKNOWN77' }
    await isRefused(list({ kind: 'keys', keys: unknown }), 403, 'UnrecognizedClientException', texts.unknownKey)
    const wrong = { ...target.keys, secretAccessKey: 'wrong' }
    await isRefused(list({ kind: 'keys', keys: wrong }), 403, 'InvalidSignatureException', texts.wrongSecret)
    const token = `ABSK${Buffer.from('BedrockAPIKey-x-at-123456789012:wrong').toString('base64')}`
    await isRefused(list({ kind: 'bearer', token }), 403, 'AccessDeniedException', texts.wrongKey)
  })
  for (const [id, pair, user] of /** @type {const} */ ([
    ['sts.identity', target.keys, target.users.keys],
    ['sts.session', target.temporary, target.users.temporary],
  ])) {
    requirement(id, async () => {
      const { account, arn, userId } = await identify(pair)
      assert.equal(account, target.account)
      assert.ok(arn.startsWith('arn:aws:') && arn.includes(`:${target.account}:`) && arn.includes(user), arn)
      assert.match(userId, /^(A[A-Z0-9]+|\d{12}:)/)
    })
  }
  requirement('sts.error', async () => {
    const unknown = { ...target.keys, accessKeyId: 'AKIAUNKNOWNUNKNOWN77' }
    await isRefused(() => identify(unknown), 403, 'InvalidClientTokenId', texts.unknownKey)
    const wrong = { ...target.keys, secretAccessKey: 'wrong' }
    await isRefused(() => identify(wrong), 403, 'SignatureDoesNotMatch', texts.wrongSecret)
  })
}

// The account's own state through @outcrop/client: access to models, application profiles, tags, logging and quotas.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { AnthropicBedrock } from '@outcrop/client'
import { BedrockFailureError, createControl, listServiceQuotas } from '@outcrop/client/control'
import { findS3 } from './batch-files.js'
import { refusal, requirement, target } from './harness.js'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const form = {
  companyName: 'Quarry',
  companyWebsite: 'https://quarry.example',
  intendedUsers: '0',
  industryOption: 'Mining',
  useCases: 'Counting stones.',
}

/** @param {'first' | 'second'} which */
function open(which) {
  const { account, keys } = target.tenants['outcrop-client'][which]
  const options = {
    baseURL: target.urls.asking,
    awsRegion: target.region,
    awsAccessKey: keys.accessKeyId,
    awsSecretKey: keys.secretAccessKey,
    maxRetries: 0,
  }
  const client = new AnthropicBedrock(options)
  const say = (/** @type {string} */ model) =>
    client.messages.create({ model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] })
  return { account, options, control: createControl(options), say }
}

/** @param {ReturnType<typeof createControl>} control @param {string} modelId */
async function obtain(control, modelId) {
  await control.putUseCaseForModelAccess(form)
  const [offer] = await control.listFoundationModelAgreementOffers({ modelId })
  await control.createFoundationModelAgreement({ modelId, offerToken: offer?.offerToken ?? '' })
}

/** @param {() => Promise<unknown>} call @param {number} status @param {string} text */
async function isRefused(call, status, text) {
  const error = await refusal(call)
  const found = error instanceof BedrockFailureError ? error.failure.status : Object(error).status
  assert.deepEqual([found, String(error).includes(text)], [status, true], String(error))
}

/** @param {ReturnType<typeof createControl>} control */
async function applications(control) {
  const arns = []
  for await (const page of control.listInferenceProfiles({ typeEquals: 'APPLICATION', maxResults: 2 })) {
    arns.push(...page.map(({ inferenceProfileArn }) => inferenceProfileArn))
  }
  return arns
}

/** Adds the requirements of what an account keeps. */
export function checkState() {
  requirement('access.flow', async () => {
    const { control, say } = open('first')
    const status = async () => (await control.getFoundationModelAvailability(haiku)).agreementAvailability.status
    assert.equal(await status(), 'NOT_AVAILABLE')
    const call = () => say(`us.${haiku}`)
    await isRefused(call, 404, 'Model use case details have not been submitted')
    assert.equal(await control.getUseCaseForModelAccess(), undefined)
    await obtain(control, haiku)
    assert.deepEqual(await control.getUseCaseForModelAccess(), form)
    assert.equal(await status(), 'AVAILABLE')
    assert.equal((await call()).role, 'assistant')
    await control.deleteFoundationModelAgreement({ modelId: haiku })
    await isRefused(call, 403, 'access')
  })

  requirement('access.retention', async () => {
    const { control } = open('first')
    assert.match((await control.getAccountDataRetention()).mode, /^(default|inherit)$/)
    await control.putAccountDataRetention({ mode: 'provider_data_share' })
    assert.equal((await control.getAccountDataRetention()).mode, 'provider_data_share')
  })

  requirement('application.life', async () => {
    const { account, control, say } = open('second')
    await obtain(control, sonnet.slice(3))
    const copyFrom = `arn:aws:bedrock:${target.region}:${account}:inference-profile/${sonnet}`
    const input = { inferenceProfileName: 'quarry app', copyFrom, clientRequestToken: 'once', tags: { team: 'quarry' } }
    const { inferenceProfileArn: arn } = await control.createInferenceProfile(input)
    assert.equal((await control.createInferenceProfile(input)).inferenceProfileArn, arn)
    assert.equal((await control.getInferenceProfile(arn)).type, 'APPLICATION')
    assert.equal((await say(arn)).role, 'assistant')
    await control.deleteInferenceProfile(arn)
    await isRefused(() => control.getInferenceProfile(arn), 404, '')
  })

  requirement('application.pages', async () => {
    const { account, control } = open('second')
    const copyFrom = `arn:aws:bedrock:${target.region}:${account}:inference-profile/${sonnet}`
    const made = []
    for (let number = 0; number < 5; number += 1) {
      const input = { inferenceProfileName: `page ${number}`, copyFrom }
      made.push((await control.createInferenceProfile(input)).inferenceProfileArn)
    }
    const found = await applications(control)
    assert.equal(new Set(found).size, found.length)
    for (const arn of made) {
      assert.ok(found.includes(arn), arn)
      await control.deleteInferenceProfile(arn)
    }
  })

  requirement('application.tags', async () => {
    const { account, control } = open('second')
    const copyFrom = `arn:aws:bedrock:${target.region}:${account}:inference-profile/${sonnet}`
    const made = await control.createInferenceProfile({ inferenceProfileName: 'tagged', copyFrom, tags: { team: 'a' } })
    const resourceARN = made.inferenceProfileArn
    await control.tagResource({ resourceARN, tags: { team: 'b', stage: 'test' } })
    await control.untagResource({ resourceARN, tagKeys: ['stage'] })
    assert.deepEqual(await control.listTagsForResource(resourceARN), { team: 'b' })
  })

  requirement('logging.configuration', async () => {
    const { account, control } = open('second')
    assert.equal(await control.getModelInvocationLoggingConfiguration(), undefined)
    const cloudWatchConfig = { logGroupName: 'bedrock', roleArn: `arn:aws:iam::${account}:role/logs` }
    await control.putModelInvocationLoggingConfiguration({ cloudWatchConfig, textDataDeliveryEnabled: true })
    const kept = await control.getModelInvocationLoggingConfiguration()
    assert.equal(kept?.cloudWatchConfig?.logGroupName, 'bedrock')
    assert.equal(kept?.textDataDeliveryEnabled, true)
    await control.deleteModelInvocationLoggingConfiguration()
    assert.equal(await control.getModelInvocationLoggingConfiguration(), undefined)
  })

  requirement('quota.throttled', async () => {
    const { control, say } = open('second')
    await obtain(control, 'anthropic.claude-sonnet-4-6')
    await say('us.anthropic.claude-sonnet-4-6')
    await isRefused(
      () => say('us.anthropic.claude-sonnet-4-6'),
      429,
      'Too many requests, please wait before trying again',
    )
  })

  requirement('quota.list', async () => {
    const { options } = open('second')
    const quotas = await listServiceQuotas({ ...options, serviceQuotasURL: target.urls.asking })
    const names = quotas.filter(({ value }) => value === 1).map(({ quotaName }) => quotaName)
    assert.ok(
      names.some((name) => name.includes('Claude Sonnet 4.6')),
      JSON.stringify(quotas),
    )
  })

  requirement('batch.life', async () => {
    const { account, options, control } = open('second')
    await obtain(control, haiku)
    const { url: s3URL, bucket, accessKeyId: awsAccessKey, secretAccessKey: awsSecretKey } = findS3()
    const client = new AnthropicBedrock({
      ...options,
      batches: {
        s3Uri: `s3://${bucket}/outcrop-client`,
        roleArn: `arn:aws:iam::${account}:role/batch`,
        s3: { s3URL, awsAccessKey, awsSecretKey },
      },
    })
    const requests = ['one', 'two'].map((custom_id) => ({
      custom_id,
      params: {
        model: `us.${haiku}`,
        max_tokens: 50,
        messages: [{ role: /** @type {const} */ ('user'), content: `Say ${custom_id}` }],
      },
    }))
    let batch = await client.messages.batches.create({ requests })
    assert.equal(batch.processing_status, 'in_progress')
    while (batch.processing_status !== 'ended') {
      await wait(300)
      batch = await client.messages.batches.retrieve(batch.id)
    }
    assert.deepEqual([batch.request_counts.succeeded, batch.request_counts.errored], [2, 0])
    const found = []
    for await (const { custom_id, result } of await client.messages.batches.results(batch.id)) {
      assert.equal(result.type, 'succeeded')
      found.push(custom_id)
    }
    assert.deepEqual(found.sort(), ['one', 'two'])
  })
}

import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createControl, getCallerIdentity, resolveTargets, toLiveRegion } from '../src/index.ts'
import type { BedrockFailureError, InferenceProfile } from '../src/index.ts'

const secretKeys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'a-secret-of-this-test-alone' }
let outcrop: Outcrop
beforeAll(async () => {
  const credentials = [
    { user: 'dev', accessKeyId: secretKeys.awsAccessKey, secretAccessKey: secretKeys.awsSecretKey },
    { user: 'ci', bearer: 'ABSKQmVkcm9ja0FQSUtleS1hLWF0LTEyMzQ1Njc4OTAxMjpzZWNyZXQ=' },
  ]
  outcrop = await startOutcrop({ auth: { mode: 'strict', credentials }, fidelity: 'aws', region: 'eu-west-1' })
})
afterAll(() => outcrop.close())

const opus = 'anthropic.claude-opus-4-6-v1'

describe('the lists of a strict endpoint', () => {
  it.each([
    ['a signature', secretKeys],
    ['a Bedrock API key', { apiKey: 'ABSKQmVkcm9ja0FQSUtleS1hLWF0LTEyMzQ1Njc4OTAxMjpzZWNyZXQ=' }],
  ])('come by %s, and each entry can be got', async (_, credentials) => {
    const control = createControl({ baseURL: outcrop.url, awsRegion: 'eu-west-1', ...credentials })
    const models = await control.listFoundationModels({ byProvider: 'Anthropic' })
    expect(models.map(({ modelId }) => modelId)).toContain(opus)
    const profiles: InferenceProfile[] = []
    for await (const page of control.listInferenceProfiles({ maxResults: 3 })) {
      expect(page.length).toBeLessThanOrEqual(3)
      profiles.push(...page)
    }
    expect(profiles.map(({ inferenceProfileId }) => inferenceProfileId)).toContain(`eu.${opus}`)
    const [profile] = profiles
    expect(await control.getInferenceProfile(profile?.inferenceProfileArn ?? '')).toEqual(profile)
    expect(await control.getFoundationModel(opus)).toEqual(models.find(({ modelId }) => modelId === opus))
    const live = new Map([['eu-west-1', toLiveRegion(profiles, models)]])
    expect(resolveTargets('claude-opus-4-6', { region: 'eu-west-1', now: Date.now(), live })).toMatchObject({
      targets: [{ modelId: `global.${opus}` }, { modelId: `eu.${opus}` }],
    })
  })

  it('are refused to a wrong secret, as the whole client tells it', async () => {
    const control = createControl({
      baseURL: outcrop.url,
      awsRegion: 'eu-west-1',
      ...secretKeys,
      awsSecretKey: 'wrong',
    })
    const error = await control.listFoundationModels().catch((cause: unknown) => cause)
    expect((error as BedrockFailureError).failure).toMatchObject({
      status: 403,
      awsCode: 'InvalidSignatureException',
      region: 'eu-west-1',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
      retryable: false,
    })
  })

  it('tell of a profile that is not there', async () => {
    const control = createControl({ baseURL: outcrop.url, awsRegion: 'eu-west-1', ...secretKeys })
    const error = await control.getInferenceProfile('eu.anthropic.claude-none').catch((cause: unknown) => cause)
    expect((error as BedrockFailureError).failure).toMatchObject({ status: 404, awsCode: 'ResourceNotFoundException' })
  })
})

describe('getCallerIdentity', () => {
  it('says who signs', async () => {
    expect(await getCallerIdentity({ ...secretKeys, awsRegion: 'eu-west-1', stsURL: outcrop.url })).toMatchObject({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/dev',
    })
  })

  it('says that a secret is wrong', async () => {
    const wrong = { ...secretKeys, awsSecretKey: 'wrong', awsRegion: 'eu-west-1', stsURL: outcrop.url }
    const error = await getCallerIdentity(wrong).catch((cause: unknown) => cause)
    expect((error as BedrockFailureError).failure).toMatchObject({ status: 403, awsCode: 'SignatureDoesNotMatch' })
  })
})

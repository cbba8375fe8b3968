import { texts } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { findHint, type HintContext } from './hints.ts'

const hint = (message: string, context: Partial<HintContext> = {}, more = {}) =>
  findHint({ status: 400, message, ...more }, { region: 'us-east-1', ...context })

const suggestModelId = (asked: string) => `us.${asked}`

describe('findHint', () => {
  it('names the id to use instead of a bare id', () => {
    const id = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
    expect(hint(texts.onDemandUnsupported(id), { suggestModelId })).toBe(`Use "us.${id}".`)
    expect(hint(texts.onDemandUnsupported(id).replace('’', "'"))).toBe(
      `Put an inference profile's scope before the id, such as "global.${id}", or give the bare name, such as "claude-sonnet-4-5", and the client finds the profile.`,
    )
  })

  it('names the id that was meant by a misspelt one', () => {
    const context = { modelId: 'anthropic.claude-opus-4-6', suggestModelId: () => 'us.anthropic.claude-opus-4-6-v1' }
    expect(hint(texts.invalidModelId, context)).toBe('Use "us.anthropic.claude-opus-4-6-v1".')
    expect(hint(texts.invalidModelId, { modelId: 'claude-9' })).toBe(
      '"claude-9" is misspelt or not served in us-east-1: models.list() and "outcrop models" name what is.',
    )
  })

  it('sends a model that mantle has not to another wire, where it may be, under no other id', () => {
    const context = { modelId: 'anthropic.claude-opus-4-6', suggestModelId }
    expect(hint(texts.mantleModelMissing, context, { status: 404 })).toBe(
      'Mantle in us-east-1 does not serve it: choose the wire "invoke" or "auto", or a model of GET /v1/models there.',
    )
  })

  // CLIENTS §3, no. 17.
  it.each([
    ['global.anthropic.claude-fable-5', 'needs a data retention mode of the account: provider_data_share. Set'],
    [
      'anthropic.claude-fable-5-1',
      'needs a data retention mode of the account: aws_review or provider_data_share. Set',
    ],
  ])('says which data retention mode %s needs', (modelId, said) => {
    expect(hint(texts.dataRetention('default'), { modelId })).toContain(said)
  })

  it.each([
    [texts.marketplaceDenied, 'aws-marketplace:Subscribe'],
    [texts.noModelAccess, 'Ask for access to the model in the Bedrock console (Model access) in us-east-1'],
    [texts.operationNotAllowed, 'Model access'],
    [texts.useCaseMissing, 'wait 15 minutes'],
    [texts.expiredApiKey, 'Renew the credentials'],
    [texts.expiredSecurityToken, 'Renew the credentials'],
    [
      texts.invalidApiKey,
      'short-term keys hold only in the Region that they were made for (this call went to us-east-1)',
    ],
    [texts.invalidApiKeyFormat, 'a key of Anthropic'],
    [texts.invalidScopeService('bedrock-mantle'), 'awsRegion (us-east-1) and baseURL'],
    [texts.tooManyTokens, 'reserves the whole of max_tokens'],
    [texts.tooManyTokensPerDay, 'wait for tomorrow'],
    [texts.promptTooLong(2084831, 1000000), 'Send less'],
    [texts.fromModel(texts.inputTooLong), 'Send less'],
    [texts.contextExceeded(1, 2, 3), 'Send less'],
    [texts.maxTokensOnConverse(4096), 'Lower max_tokens'],
    [texts.maxTokensOnNewer(200000, 128000, 'claude-opus-4-8'), 'Lower max_tokens'],
    [texts.fromModel(texts.invalidBetaFlag), 'Leave out the betas'],
    [texts.extraInput('tools.11.custom.defer_loading'), 'Leave out tools.11.custom.defer_loading, or send the beta'],
    [texts.malformedInput([texts.extraneousKey('#', 'chat_id')]), 'Leave out chat_id'],
    [texts.temperatureDeprecated, 'Leave the parameter out'],
    [texts.temperatureAndTopP, 'Leave the parameter out'],
    [texts.requestMetadataPattern, 'metadata.user_id takes letters'],
    [texts.endOfLife, 'Use a newer model.'],
    [texts.countingUnsupported, 'Count on another wire'],
    [
      texts.accessDeniedByPolicy('arn:u', 'bedrock:InvokeModel', 'arn:aws:bedrock:us-east-1:1:inference-profile/us.x'),
      'Allow bedrock:InvokeModel on arn:aws:bedrock:us-east-1:1:inference-profile/us.x and on the foundation models behind it',
    ],
  ])('says what to do about %j', (message, said) => {
    expect(hint(message)).toContain(said)
  })

  it('tells a wrong clock by the server’s', () => {
    const message = texts.signatureExpired('20240312T141610Z', '20240312T151111Z', '20240312T151611Z')
    expect(hint(message, { clockAheadMs: 3_600_000 })).toBe(
      "The clock of this machine is 60 minutes behind AWS's: set it by a time server.",
    )
    const code = { status: 403, awsCode: 'InvalidSignatureException' }
    expect(hint(texts.signatureMismatch, { clockAheadMs: -600_000 }, code)).toBe(
      "The clock of this machine is 10 minutes ahead of AWS's: set it by a time server.",
    )
    expect(hint(texts.signatureMismatch, { clockAheadMs: 1_000 }, code)).toContain('Check the secret key')
  })

  it.each([
    ['UnrecognizedClientException', 403, 'AWS does not know the access key'],
    ['MissingAuthenticationTokenException', 403, 'AWS_BEARER_TOKEN_BEDROCK'],
    ['ThrottlingException', 429, 'requests per minute'],
    ['ModelNotReadyException', 429, 'being loaded'],
    [undefined, 413, '20 MB'],
    [undefined, 429, 'requests per minute'],
  ])('goes by the code %s and the status %i when the text says nothing', (awsCode, status, said) => {
    expect(hint('m', {}, { awsCode, status })).toContain(said)
  })

  it('says nothing where it knows nothing', () => {
    expect(hint('messages: text content blocks must be non-empty')).toBeUndefined()
    expect(hint('m', {}, { awsCode: 'constructor' })).toBeUndefined()
  })

  it('takes no longer for a hostile text', () => {
    const started = performance.now()
    for (const text of ['a.'.repeat(2_000), 'model ID '.repeat(450), '`a'.repeat(2_000)]) hint(text)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

import type { AwsCredentials, BedrockOptions } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'
import { CredentialError } from './credential-error.ts'

/** The options that give AWS keys, whichever spelling they use. */
export type KeyOptions = Pick<
  BedrockOptions,
  'awsAccessKey' | 'awsSecretKey' | 'awsSecretAccessKey' | 'awsSessionToken'
>

/** The AWS keys that options give, or nothing when they give none; a `CredentialError` when they give half of them. */
export function explicitKeys(options: KeyOptions): AwsCredentials | undefined {
  const accessKeyId = given('awsAccessKey', options.awsAccessKey)
  const short = given('awsSecretKey', options.awsSecretKey)
  const long = given('awsSecretAccessKey', options.awsSecretAccessKey)
  const sessionToken = given('awsSessionToken', options.awsSessionToken)
  if (short !== undefined && long !== undefined && short !== long) {
    throw new CredentialError('awsSecretKey and awsSecretAccessKey are one option in two spellings: give one of them')
  }
  const secretAccessKey = short ?? long
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return withToken({ accessKeyId, secretAccessKey }, sessionToken)
  }
  if (accessKeyId !== undefined) {
    throw new CredentialError(
      'awsAccessKey was given without awsSecretKey: give both, or neither to use the AWS credential chain',
    )
  }
  if (secretAccessKey !== undefined) {
    throw new CredentialError(
      'awsSecretKey was given without awsAccessKey: give both, or neither to use the AWS credential chain',
    )
  }
  if (sessionToken !== undefined) {
    throw new CredentialError('awsSessionToken was given without awsAccessKey and awsSecretKey, which it belongs to')
  }
  return undefined
}

/** The AWS keys of the environment, where both are set. */
export function environmentKeys(platform: Platform): AwsCredentials | undefined {
  const accessKeyId = readEnv(platform, 'AWS_ACCESS_KEY_ID')
  const secretAccessKey = readEnv(platform, 'AWS_SECRET_ACCESS_KEY')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  const keys = withToken({ accessKeyId, secretAccessKey }, readEnv(platform, 'AWS_SESSION_TOKEN'))
  const expiration = Date.parse(readEnv(platform, 'AWS_CREDENTIAL_EXPIRATION') ?? '')
  return Number.isNaN(expiration) ? keys : { ...keys, expiration: new Date(expiration) }
}

/** Keys as somebody else's provider gave them, checked: nothing that cannot be signed with gets into a header. */
export function checkedCredentials(given: unknown): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = Object(given) as Partial<AwsCredentials>
  if (!isToken(accessKeyId) || typeof secretAccessKey !== 'string' || secretAccessKey === '') {
    throw new CredentialError('The credential provider gave no accessKeyId and secretAccessKey')
  }
  // AWS's own tools write an empty one where there is none.
  const token: unknown = sessionToken || undefined
  if (token !== undefined && !isToken(token)) {
    throw new CredentialError('The credential provider gave a sessionToken that is not one word')
  }
  const keys = withToken({ accessKeyId, secretAccessKey }, token)
  const until = expiration === undefined || expiration === null ? NaN : new Date(expiration).getTime()
  return Number.isNaN(until) ? keys : { ...keys, expiration: new Date(until) }
}

function given(name: string, value: string | null | undefined): string | undefined {
  if (value === null || value === undefined) return undefined
  if (!isToken(value)) {
    throw new CredentialError(
      `${name} is ${value === '' ? 'empty' : 'not one word'}: give the key, or leave the option out`,
    )
  }
  return value
}

function withToken(keys: AwsCredentials, sessionToken: string | undefined): AwsCredentials {
  return sessionToken === undefined ? keys : { ...keys, sessionToken }
}

/** Visible ASCII alone: what a header can carry. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

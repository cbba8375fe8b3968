import { readAwsProfile } from '../aws/aws-files.ts'
import type { Env, Io } from '../io.ts'
import { hasPlaceholders, type Present } from './variables.ts'

/** Looks where AWS's clients look for credentials and a region. */
export async function findPresent(io: Pick<Io, 'env' | 'home'>): Promise<Present> {
  const { config, credentials } = await readAwsProfile(io)
  const inFiles = [...credentials.keys(), ...config.keys()]
  return {
    credentials: inVariables(io.env) || inFiles.some((name) => credentialSettings.test(name)),
    region: inFiles.includes('region'),
  }
}

const credentialVariables = [
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

const credentialSettings = /^(?:aws_access_key_id|credential_process|credential_source|role_arn|login_session|sso_\w+)$/

function inVariables(env: Env): boolean {
  if ((env['AWS_ACCESS_KEY_ID'] ?? '') !== '' && !hasPlaceholders(env)) return true
  return credentialVariables.some((name) => (env[name] ?? '') !== '')
}

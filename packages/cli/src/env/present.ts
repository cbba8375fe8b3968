import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Env, Io } from '../io.ts'
import { hasPlaceholders, type Present } from './variables.ts'

/** Looks where AWS's clients look for credentials and a region. */
export async function findPresent({ env, home }: Pick<Io, 'env' | 'home'>): Promise<Present> {
  const [credentials, config] = await Promise.all([
    readSettings(env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials')),
    readSettings(env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config')),
  ])
  const profile = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default'
  const inConfig = config.get(profile) ?? config.get(`profile ${profile}`) ?? []
  const inFiles = [...(credentials.get(profile) ?? []), ...inConfig]
  return {
    credentials: inVariables(env) || inFiles.some((name) => credentialSettings.test(name)),
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

/** The names of the settings in each section of an AWS file; a file that is not there has none. */
async function readSettings(file: string): Promise<ReadonlyMap<string, string[]>> {
  const sections = new Map<string, string[]>()
  let names: string[] = []
  const text = await readFile(file, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const section = /^\[([^\]]*)\]/.exec(line)?.[1]
    if (section !== undefined) {
      names = sections.get(section.trim()) ?? []
      sections.set(section.trim(), names)
    } else if (/^\w/.test(line)) {
      names.push((line.split('=')[0] ?? '').trim().toLowerCase())
    }
  }
  return sections
}

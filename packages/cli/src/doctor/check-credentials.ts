import { parseBedrockKey, type ShortTermKey } from '@outcrop/protocol'
import type { Credentials } from '../aws/find-credentials.ts'
import { CommandFailure } from '../failure.ts'
import { printable } from '../io.ts'
import { fail, type Finding, ok, warn } from './check.ts'
import { mask } from './mask.ts'
import type { Patient } from './patient.ts'

/** Says what calls prove themselves with, how long it holds, and what in the environment contradicts itself. */
export async function checkCredentials(patient: Patient): Promise<readonly Finding[]> {
  const clashes = findClashes(patient)
  try {
    const credentials = await patient.credentials()
    return [...(await describe(credentials, patient)), ...clashes]
  } catch (cause) {
    if (!(cause instanceof CommandFailure)) throw cause
    return [fail(cause.message, 'set it again, without quotes, blanks and line breaks, or unset it'), ...clashes]
  }
}

async function describe(credentials: Credentials, patient: Patient): Promise<readonly Finding[]> {
  switch (credentials.kind) {
    case 'bearer':
      return describeBearer(credentials.token, patient)
    case 'keys':
      return describeKeys(credentials, patient)
    case 'chain':
      return [await describeChain(patient)]
    case 'none':
      return [await describeNone(patient)]
  }
}

async function describeBearer(token: string, patient: Patient): Promise<readonly Finding[]> {
  const from = 'AWS_BEARER_TOKEN_BEDROCK'
  const key = parseBedrockKey(token)
  if (key.kind === 'long-term') return [ok(`${from} holds a long-term Bedrock API key (${key.name})`)]
  if (key.kind === 'short-term') return [describeShortTerm(key, patient)]
  const found = {
    prefix: `${from} holds what is no Bedrock API key: those begin with ABSK or bedrock-api-key-`,
    encoding: `${from} holds a Bedrock API key that is damaged: what follows its prefix is no base64`,
    content: `${from} holds a Bedrock API key that is cut off or damaged`,
  }[key.because]
  // A gateway may have keys of its own; AWS has not.
  if (!patient.place.isAws) return [warn(found, 'it will do where the endpoint takes keys of its own')]
  return [fail(found, 'copy the whole key, or unset it to sign with AWS keys')]
}

function describeShortTerm(key: ShortTermKey, { io, region }: Patient): Finding {
  const ends = key.issuedAt + key.expiresSeconds * 1000
  const made = `a short-term Bedrock API key of ${mask(key.credential.accessKeyId)} for ${key.credential.region}`
  const found = `AWS_BEARER_TOKEN_BEDROCK holds ${made}, ${describeEnd(ends, io.now())}`
  const renew = 'make a new one, or give AWS keys and let the client make them'
  if (ends <= io.now()) return fail(found, renew)
  if (key.credential.region !== region.value) {
    return fail(
      `${found}, and calls go to ${region.value}`,
      `call with --region ${key.credential.region}, or make a key for ${region.value}`,
    )
  }
  return isEnding(ends, io.now()) ? warn(found, renew) : ok(found)
}

type KeyPair = Extract<Credentials, { readonly kind: 'keys' }>

function describeKeys({ accessKeyId, sessionToken }: KeyPair, { io, place }: Patient): readonly Finding[] {
  const ends = Date.parse(io.env['AWS_CREDENTIAL_EXPIRATION'] ?? '')
  const end = Number.isNaN(ends) ? '' : `, ${describeEnd(ends, io.now())}`
  const found = `AWS_ACCESS_KEY_ID holds ${mask(accessKeyId)}${sessionToken === undefined ? '' : ' with a session token'}${end}`
  if (ends <= io.now()) return [fail(found, 'get new ones: "aws sso login", or as you got these')]
  if (place.isAws && accessKeyId === 'outcrop') {
    return [fail(`${found}, a placeholder of "outcrop env" that AWS does not know`, 'eval "$(outcrop env --unset)"')]
  }
  if (accessKeyId.startsWith('ASIA') && sessionToken === undefined) {
    return [fail(`${found}, which is temporary and needs its session token`, 'set AWS_SESSION_TOKEN as well')]
  }
  if (accessKeyId.startsWith('AKIA') && sessionToken !== undefined) {
    return [fail(`${found}, which belongs to other keys: these hold without one`, 'unset AWS_SESSION_TOKEN')]
  }
  return [isEnding(ends, io.now()) ? warn(found, 'get new ones soon') : ok(found)]
}

async function describeChain(patient: Patient): Promise<Finding> {
  const { profile, profileFrom, io } = patient
  if (profileFrom !== undefined && !profile.exists) {
    return fail(
      `${profileFrom} names the profile ${JSON.stringify(profile.name)}, which neither file of ~/.aws has`,
      '"aws configure list-profiles" names those that there are',
    )
  }
  try {
    const keys = await patient.keys()
    if (keys === undefined) return fail(`${sourceOf(patient)} gave nothing`)
    const { accessKeyId, sessionToken, expiration } = keys
    const end = expiration === undefined ? '' : `, ${describeEnd(expiration.getTime(), io.now())}`
    const token = sessionToken === undefined ? '' : ' with a session token'
    const found = `${sourceOf(patient)} gave ${mask(accessKeyId)}${token}${end}`
    const isOver = expiration !== undefined && expiration.getTime() <= io.now()
    return isOver ? fail(found, 'get new ones: "aws sso login", or as you got these') : ok(found)
  } catch (cause) {
    const why = cause instanceof Error ? printable(cause.message) : 'for an unknown reason'
    const todo = profile.exists
      ? `look at the profile ${JSON.stringify(profile.name)} in ~/.aws; "aws sso login" renews a session`
      : 'set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "aws configure"'
    return fail(why, todo)
  }
}

/** What a profile's settings make it: the first that it has decides, as in AWS's own clients. */
const profileKinds: ReadonlyArray<readonly [setting: string, kind: string]> = [
  ['role_arn', 'a role'],
  ['sso_session', 'SSO'],
  ['sso_start_url', 'SSO'],
  ['login_session', 'aws login'],
  ['credential_process', 'a process'],
  ['aws_access_key_id', 'keys'],
]

/** Which link of the chain gives: the profile if it has anything to give, else what the environment names. */
function sourceOf({ profile, profileFrom, io }: Patient): string {
  const kind = profileKinds.find(([setting]) => profile.config.has(setting) || profile.credentials.has(setting))?.[1]
  if (kind !== undefined || profileFrom !== undefined) {
    return `the profile ${JSON.stringify(profile.name)} of ~/.aws${kind === undefined ? '' : ` (${kind})`}`
  }
  if ((io.env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '') !== '') return 'the web identity of AWS_WEB_IDENTITY_TOKEN_FILE'
  const container = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  return container.some((name) => (io.env[name] ?? '') !== '') ? 'the container' : 'the instance'
}

async function describeNone(patient: Patient): Promise<Finding> {
  const owner = await patient.owner().catch(() => 'unknown')
  if (owner !== 'outcrop')
    return warn(
      'nothing is set, so calls are not signed',
      'set AWS keys or a Bedrock API key if this endpoint wants them',
    )
  return ok('nothing is set, so calls are not signed: an open Outcrop takes them')
}

/** Variables that say two things at once: which of them counts depends on who reads. */
function findClashes({ io, profileFrom }: Patient): readonly Finding[] {
  const { env } = io
  const bearer = env['AWS_BEARER_TOKEN_BEDROCK']
  const hasBearer = bearer !== undefined && bearer.trim() !== ''
  const hasId = (env['AWS_ACCESS_KEY_ID'] ?? '') !== ''
  const hasSecret = (env['AWS_SECRET_ACCESS_KEY'] ?? '') !== ''
  const findings: Finding[] = []
  if (bearer !== undefined && bearer !== '' && !hasBearer) {
    findings.push(warn('AWS_BEARER_TOKEN_BEDROCK is set and blank: some clients send it', 'unset it, or set a key'))
  }
  if (hasBearer && hasId && hasSecret && profileFrom !== '--profile') {
    findings.push(
      warn(
        'AWS_ACCESS_KEY_ID is set as well: AWS_BEARER_TOKEN_BEDROCK goes first',
        'unset the one that you do not mean',
      ),
    )
  }
  if (hasBearer && hasId !== hasSecret) {
    findings.push(
      warn(
        `${hasId ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'} is set without its other half`,
        'unset it, or set both',
      ),
    )
  }
  if (profileFrom === 'AWS_PROFILE' && hasId && hasSecret) {
    findings.push(
      warn(
        'AWS_PROFILE is set beside AWS_ACCESS_KEY_ID: clients differ in which goes first',
        'unset the one that you do not mean',
      ),
    )
  }
  return findings
}

const soonMs = 600_000

function isEnding(ends: number, now: number): boolean {
  return ends - now < soonMs
}

function describeEnd(ends: number, now: number): string {
  const minutes = Math.round(Math.abs(ends - now) / 60_000)
  const span = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
  return ends <= now ? `which ended ${span} ago` : `which holds for another ${span}`
}

import { createHash, createHmac } from 'node:crypto'
import { type Hasher, signRequest, type SignableRequest } from '@outcrop/protocol'
import { misuse } from '../failure.ts'
import type { Env } from '../io.ts'

const hasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}

/** The region that a command calls: by option, else AWS_REGION, AWS_DEFAULT_REGION, us-east-1. */
export function callerRegion(option: string | undefined, env: Env): string {
  return option ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1')
}

/**
 * The headers that prove who calls, by the credentials of the environment: a Bedrock API key goes before a key pair, as
 * in AWS's own clients, and with neither the call goes out unsigned, which an open endpoint accepts.
 */
export function authorize(
  request: SignableRequest,
  body: Uint8Array,
  caller: { readonly env: Env; readonly region: string; readonly now: number },
): Readonly<Record<string, string>> {
  const { env } = caller
  const bearer = env['AWS_BEARER_TOKEN_BEDROCK'] ?? ''
  if (bearer !== '') return { authorization: `Bearer ${checked('AWS_BEARER_TOKEN_BEDROCK', bearer)}` }
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? ''
  if (accessKeyId === '' && secretAccessKey === '') return {}
  if (accessKeyId === '') throw misuse('AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not')
  if (secretAccessKey === '') throw misuse('AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not')
  const sessionToken = env['AWS_SESSION_TOKEN'] ?? ''
  const keys = {
    accessKeyId: checked('AWS_ACCESS_KEY_ID', accessKeyId),
    secretAccessKey,
    ...(sessionToken !== '' && { sessionToken: checked('AWS_SESSION_TOKEN', sessionToken) }),
  }
  const scope = { keys, region: checked('the region', caller.region), service: 'bedrock', now: caller.now }
  return signRequest(hasher, request, hasher.sha256Hex(body), scope).headers
}

/** A line break in a variable, as a careless paste leaves it, cannot go into a header. */
function checked(name: string, value: string): string {
  if (!/^[!-~]+$/.test(value))
    throw misuse(`${name} holds a blank, a line break or another character that no header takes`)
  return value
}

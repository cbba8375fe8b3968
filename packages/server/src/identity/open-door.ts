import { canonicalQuery, isRegion, parseAuthorization, parseBedrockKey, parseCredential } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { createCaller, identify } from './caller.ts'
import type { Directory } from './directory.ts'
import { digestOf } from './hashing.ts'
import type { IdentityOptions } from './options.ts'

/** Names a caller by what it claims, verifying nothing: an open endpoint accepts everybody. */
export type OpenDoor = (exchange: Exchange, apiKey?: string) => Identity

/** Creates the naming of callers at an open endpoint; a name is never a secret, and unreadable credentials get a digest. */
export function createOpenDoor(options: IdentityOptions, directory: Directory): OpenDoor {
  const anonymous = identify(createCaller('anonymous', options.account), 'anonymous', options.region)

  function byName(name: string, accessKeyId: string | null, region: string): Identity {
    return identify(createCaller(name, options.account), 'unverified', region, accessKeyId)
  }

  function byAccessKey(accessKeyId: string, claimedRegion: string): Identity {
    const known = directory.keyPair(accessKeyId)
    const region = isRegion(claimedRegion) ? claimedRegion : (known?.region ?? options.region)
    if (known !== undefined) return identify(known.caller, 'unverified', region, accessKeyId)
    if (!isPlainName(accessKeyId)) return byName(redacted(accessKeyId), null, region)
    return byName(accessKeyId, accessKeyId, region)
  }

  function byBearer(token: string): Identity {
    const known = directory.bearer(token)
    if (known !== undefined) return identify(known.caller, known.how, known.region)
    const key = parseBedrockKey(token)
    if (key.kind === 'short-term') return byAccessKey(key.credential.accessKeyId, key.credential.region)
    const name = key.kind === 'long-term' && isPlainName(key.name) ? key.name : redacted(token)
    return byName(name, null, options.region)
  }

  return (exchange, apiKey) => {
    const header = exchange.headers['authorization']
    const claim = parseAuthorization(header)
    if (claim.kind === 'bearer') return byBearer(claim.token)
    if (claim.kind === 'malformed') return byName(redacted(header ?? ''), null, options.region)
    if (claim.kind === 'missing' && apiKey !== undefined) return byBearer(apiKey)
    // [?] Whether Bedrock takes presigned requests is unknown (WIRE §2.1); here they name their caller.
    const credential = claim.kind === 'sigv4' ? claim.credential : presignedCredential(exchange.rawQuery)
    return credential === undefined ? anonymous : byAccessKey(credential.accessKeyId, credential.region)
  }
}

function presignedCredential(rawQuery: string): ReturnType<typeof parseCredential> {
  if (!rawQuery.includes('X-Amz-Credential=')) return undefined
  for (const part of canonicalQuery(rawQuery).split('&')) {
    if (part.startsWith('X-Amz-Credential=')) return parseCredential(decodeCredential(part.slice(17)))
  }
  return undefined
}

function decodeCredential(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

// The characters of IAM's own names: anything else could forge a line of a log or a part of an ARN.
function isPlainName(name: string): boolean {
  return name.length <= 128 && /^[\w+=,.@-]+$/.test(name)
}

function redacted(secret: string): string {
  return `unverified-${digestOf(secret).toString('hex').slice(0, 8)}`
}

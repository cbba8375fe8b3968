import {
  canonicalRequest,
  GatewayError,
  isRegion,
  parseAmzDate,
  parseHttpDate,
  type SigV4Authorization,
  sigV4Terminator,
  texts,
  toAmzDate,
  verifySignature,
} from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import type { Exchange, HeaderMap } from '../exchange.ts'
import { identify } from './caller.ts'
import { type Directory, isTokenOf, type KnownKeyPair } from './directory.ts'
import { createBodyHash, digestOf, nodeHasher } from './hashing.ts'
import type { Pending } from './pending.ts'
import type { SigningKeys } from './signing-keys.ts'

/** What signatures are checked against. */
export interface SignatureContext {
  readonly directory: Directory
  readonly signingKeys: SigningKeys
  readonly now: () => number
}

const clockSkewMs = 300_000

/** Refuses what the headers of a signed request can be refused for; the signature waits for the body (WIRE §2.1, §2.3). */
export function checkSignedRequest(
  context: SignatureContext,
  exchange: Exchange,
  authorization: SigV4Authorization,
  service: string,
): Pending {
  const { credential, signedHeaders, signature } = authorization
  const { headers } = exchange
  const instant = readInstant(headers)
  const known = context.directory.keyPair(credential.accessKeyId)
  if (known === undefined || !isTokenOf(known, headers['x-amz-security-token'])) {
    throw new GatewayError('unrecognizedClient', texts.invalidSecurityToken)
  }
  checkScope(authorization, instant.amzDate, service)
  checkClock(instant.epochMs, context.now())
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    // [?] Generic AWS wording.
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  const claimedHash = headers['x-amz-content-sha256']
  if (!isSha256Hex(signature) || (claimedHash !== undefined && !isSha256Hex(claimedHash))) throw mismatch()
  const bodyHash = createBodyHash()
  return {
    update: (chunk) => bodyHash.update(chunk),
    finish() {
      const payloadHash = bodyHash.finish()
      // [?] What AWS does with a wrong hash in this header is not recorded (WIRE §13).
      if (claimedHash !== undefined && claimedHash !== payloadHash) throw mismatch()
      const claim = {
        amzDate: instant.amzDate,
        scope: credential.scope,
        canonicalRequest: canonicalRequest(exchange, signedHeaders, payloadHash),
        signature,
      }
      const verdict = context.signingKeys.use(known, credential, (key) => verifySignature(nodeHasher, key, claim))
      if (verdict.kind === 'refused') throw mismatch()
      return identityOf(known, credential.region)
    },
  }
}

/** The refusal of an `Authorization` header that cannot be read; AWS names the header by its hash, so we show it no more. */
export function incompleteSignature(message: string, header: string): GatewayError {
  const digest = digestOf(header).toString('base64')
  return new GatewayError(
    'incompleteSignature',
    `${message} (Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`,
  )
}

function identityOf(known: KnownKeyPair, region: string): Identity {
  return identify(known.caller, 'sigv4', region, known.accessKeyId)
}

function readInstant(headers: HeaderMap): { readonly amzDate: string; readonly epochMs: number } {
  const amzDate = headers['x-amz-date']
  if (amzDate !== undefined) {
    const epochMs = parseAmzDate(amzDate)
    if (epochMs !== undefined) return { amzDate, epochMs }
  }
  const date = amzDate ?? headers['date']
  if (date === undefined) {
    throw incompleteSignature(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      headers['authorization'] ?? '',
    )
  }
  // A `Date` header may carry either format; the string to sign always has the basic one.
  const epochMs = amzDate === undefined ? (parseAmzDate(date) ?? parseHttpDate(date)) : undefined
  if (epochMs === undefined) {
    throw new GatewayError(
      'incompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${date.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  return { amzDate: toAmzDate(epochMs), epochMs }
}

// [?] All of these are generic AWS texts: WIRE §2.3 has a recording for mantle's service only, with 401 there.
function checkScope({ credential }: SigV4Authorization, amzDate: string, service: string): void {
  if (credential.service !== service) throw invalid(texts.invalidScopeService(service))
  if (!isRegion(credential.region)) throw invalid(texts.invalidScopeRegion)
  if (credential.terminator !== sigV4Terminator) {
    throw invalid(`Credential should be scoped with a valid terminator: '${sigV4Terminator}'.`)
  }
  const day = amzDate.slice(0, 8)
  if (credential.date !== day) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${credential.date.slice(0, 64)}' != '${day}', from '${amzDate}'.`,
    )
  }
}

function checkClock(signedAt: number, now: number): void {
  // Signatures carry whole seconds, so the clock is read in whole seconds too.
  const second = now - (now % 1000)
  const earliest = second - clockSkewMs
  const latest = second + clockSkewMs
  if (signedAt < earliest) {
    throw invalid(texts.signatureExpired(toAmzDate(signedAt), toAmzDate(earliest), toAmzDate(second)))
  }
  if (signedAt > latest) {
    throw invalid(texts.signatureNotYetCurrent(toAmzDate(signedAt), toAmzDate(latest), toAmzDate(second)))
  }
}

// Not a regular expression: to enter one costs more than to look at so few characters.
function isSha256Hex(text: string): boolean {
  if (text.length !== 64) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isHex = code >= 97 ? code <= 102 : code >= 48 && code <= 57
    if (!isHex) return false
  }
  return true
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalidSignature', message)
}

function mismatch(): GatewayError {
  return invalid(texts.signatureMismatch)
}

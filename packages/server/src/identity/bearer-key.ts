import {
  GatewayError,
  isRegion,
  parseBedrockKey,
  type ShortTermKey,
  texts,
  verifyShortTermKey,
} from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import { identify } from './caller.ts'
import { isTokenOf } from './directory.ts'
import { nodeHasher } from './hashing.ts'
import type { SignatureContext } from './signed-request.ts'

/** Verifies a bearer value: a configured key, or a short-term key made from a configured key pair (WIRE §2.5, §2.6). */
export function checkBearerKey(context: SignatureContext, token: string): Identity {
  const known = context.directory.bearer(token)
  if (known !== undefined) return identify(known.caller, known.how, known.region)
  const key = parseBedrockKey(token)
  if (key.kind === 'short-term') return checkShortTermKey(context, key)
  throw refused(key.kind === 'malformed' && key.because === 'prefix' ? texts.invalidApiKeyFormat : texts.invalidApiKey)
}

function checkShortTermKey(context: SignatureContext, key: ShortTermKey): Identity {
  const { credential } = key
  const known = context.directory.keyPair(credential.accessKeyId)
  if (known === undefined || !isTokenOf(known, key.sessionToken) || !isRegion(credential.region)) {
    throw refused(texts.invalidApiKey)
  }
  const verdict = context.signingKeys.use(known, credential, (signingKey) =>
    verifyShortTermKey(nodeHasher, signingKey, key, context.now()),
  )
  if (verdict.kind === 'refused') {
    throw refused(verdict.because === 'expired' ? texts.expiredApiKey : texts.invalidApiKey)
  }
  return identify(known.caller, 'short-term-key', credential.region, known.accessKeyId)
}

function refused(message: string): GatewayError {
  return new GatewayError('unauthorizedKey', message)
}

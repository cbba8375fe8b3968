import { GatewayError, parseAuthorization, texts } from '@outcrop/protocol'
import type { Exchange } from '../exchange.ts'
import { checkBearerKey } from './bearer-key.ts'
import { createDirectory } from './directory.ts'
import { createOpenDoor } from './open-door.ts'
import type { IdentityOptions } from './options.ts'
import { type Pending, settled } from './pending.ts'
import { checkSignedRequest, incompleteSignature, type SignatureContext } from './signed-request.ts'
import { createSigningKeys } from './signing-keys.ts'
import { refuseForeignPage } from './web-page.ts'

/** Finds out who is calling. */
export interface Gatekeeper {
  /** Throws `GatewayError` for everything that the headers alone can refuse. */
  beforeBody(exchange: Exchange, entrance: Entrance): Pending
}

/** What one kind of route accepts of its callers. */
export interface Entrance {
  /** The service that a signature has to be for. */
  readonly service: 'bedrock' | 'bedrock-mantle' | 'sts' | 'servicequotas'
  /** A second service that is as good. */
  readonly orService?: 'bedrock'
  /** Whether a Bedrock API key may come as `x-api-key` where there is no `Authorization` (WIRE §2.4). */
  readonly takesApiKey?: true
}

/** Creates the gatekeeper of an endpoint, open or strict. */
export function createGatekeeper(options: IdentityOptions): Gatekeeper {
  return options.mode === 'open' ? createOpenGatekeeper(options) : createStrictGatekeeper(options)
}

function createOpenGatekeeper(options: IdentityOptions): Gatekeeper {
  const identityOf = createOpenDoor(options, createDirectory(options))
  const listenHosts = new Set((options.listenHosts ?? []).map((host) => host.toLowerCase()))
  const origins = new Set(options.origins)
  return {
    beforeBody(exchange, { takesApiKey }) {
      refuseForeignPage(exchange.headers, listenHosts, origins)
      return settled(identityOf(exchange, takesApiKey === true ? exchange.headers['x-api-key'] : undefined))
    },
  }
}

function createStrictGatekeeper(options: IdentityOptions): Gatekeeper {
  const context: SignatureContext = {
    directory: createDirectory(options),
    signingKeys: createSigningKeys(),
    now: options.now,
  }
  return {
    beforeBody(exchange, { service, orService, takesApiKey }) {
      const header = exchange.headers['authorization']
      // The header wins over everything beside it: a bearer key with an X-Amz-Date is a bearer key (WIRE §2.3).
      const authorization = parseAuthorization(header)
      if (authorization.kind === 'sigv4') {
        // Refused by the name of the first service, when it is for neither.
        const isSecond = orService !== undefined && authorization.credential.service === orService
        return checkSignedRequest(context, exchange, authorization, isSecond ? orService : service)
      }
      if (authorization.kind === 'malformed') throw incompleteSignature(authorization.message, header ?? '')
      const apiKey = takesApiKey === true ? exchange.headers['x-api-key'] : undefined
      if (authorization.kind === 'missing' && apiKey !== undefined) return settled(checkBearerKey(context, apiKey))
      // [?] No recording: a presigned query counts as nothing (WIRE §2.1), and only Bedrock knows its bearer keys.
      if (authorization.kind === 'missing' || service === 'sts' || service === 'servicequotas') {
        throw new GatewayError('missingAuthentication', texts.missingAuthenticationToken)
      }
      return settled(checkBearerKey(context, authorization.token))
    },
  }
}

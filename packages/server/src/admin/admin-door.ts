import { isIP } from 'node:net'
import { GatewayError } from '@outcrop/protocol'
import type { Identity } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/**
 * Lets only the operator in: where callers are verified, who shows a credential with `admin: true`; where everybody is let in,
 * who calls from this machine under one of its own names, so that no web page gets here by a name of its own.
 */
export function checkOperator(exchange: Exchange, identity: Identity, mode: 'open' | 'strict'): void {
  if (mode === 'strict') {
    if (identity.isAdmin === true) return
    throw new GatewayError(
      'accessDenied',
      `${identity.arn} is not authorized to use the admin API: give its credential "admin: true" in auth.credentials.`,
    )
  }
  if (!isLoopbackAddress(exchange.remoteAddress)) {
    throw new GatewayError(
      'accessDenied',
      'An open endpoint takes orders from its own machine alone: set auth.mode to strict.',
    )
  }
  const host = hostname(exchange.headers['host'] ?? exchange.headers[':authority'] ?? '')
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new GatewayError(
      'foreignOrigin',
      'The admin API is called as localhost or by an IP address, and by no other name.',
    )
  }
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address)
}

function hostname(authority: string): string {
  const name = authority.startsWith('[') ? authority.slice(1, authority.indexOf(']')) : authority.replace(/:\d*$/, '')
  return name.toLowerCase()
}

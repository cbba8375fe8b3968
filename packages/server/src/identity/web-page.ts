import { isIP } from 'node:net'
import { GatewayError } from '@outcrop/protocol'
import type { HeaderMap } from '../exchange.ts'

/**
 * Refuses web pages of other origins at an endpoint that asks for no credentials: otherwise any page that a developer
 * opens could spend through it, directly or by pointing its own host name at this machine (DNS rebinding).
 */
export function refuseForeignPage(
  headers: HeaderMap,
  listenHosts: ReadonlySet<string>,
  origins: ReadonlySet<string> = none,
): void {
  const origin = headers['origin']
  const site = headers['sec-fetch-site']
  // Browsers send one of these with everything that can spend. `Sec-Fetch-Mode` proves nothing: Node's fetch sends it.
  if (origin === undefined && site === undefined) return
  const host = headers['host'] ?? headers[':authority'] ?? ''
  if (!isTrustedHost(hostname(host), listenHosts)) {
    throw refusal(`The host name ${quote(host)} is not one that this endpoint lets web pages call.`)
  }
  if (origin === undefined) {
    if (site === 'cross-site') throw refusal('A web page of another site may not call this endpoint.')
    return
  }
  const authority = /^https?:\/\/([^/]+)$/.exec(origin)?.[1]
  if (origins.has(origin)) return // the operator lets this page in
  // A page on localhost is cross-site to 127.0.0.1, so its origin, which says more, decides.
  if (authority === undefined || !(isLoopback(hostname(authority)) || authority === host)) {
    throw refusal(`A web page of ${quote(origin)} may not call this endpoint.`)
  }
}

const none: ReadonlySet<string> = new Set()

function refusal(what: string): GatewayError {
  return new GatewayError(
    'foreignOrigin',
    `${what} It accepts calls without credentials, so only pages on http://localhost, http://127.0.0.1 and http://[::1] are let in. To call it from elsewhere, list the page under cors.origins, or set auth.mode to strict and send credentials.`,
  )
}

/** A host name that no foreign page can have: DNS can make any other name point here. */
function isTrustedHost(name: string, listenHosts: ReadonlySet<string>): boolean {
  return isLoopback(name) || isIP(name) !== 0 || listenHosts.has(name)
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '::1'
}

/** The name of an authority such as `localhost:5151` or `[::1]:5151`, in lower case. */
function hostname(authority: string): string {
  const name = authority.startsWith('[') ? authority.slice(1, authority.indexOf(']')) : authority.replace(/:\d*$/, '')
  return name.toLowerCase()
}

function quote(text: string): string {
  return `'${text.slice(0, 200)}'`
}

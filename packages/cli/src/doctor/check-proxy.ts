import type { Env } from '../io.ts'
import { type Finding, ok, warn } from './check.ts'
import type { Patient } from './patient.ts'

/** The proxy that the environment names for a URL, by which variable, and what keeps it from applying. */
export interface Proxy {
  readonly variable: string
  /** Host and port alone: a proxy's URL may hold a password. */
  readonly host: string
  /** The entry of NO_PROXY that lets calls past it. */
  readonly passedBy?: string
}

/** Says whether a proxy stands between this machine and the endpoint, and whether Node would use it. */
export function checkProxy({ io, place }: Patient): Promise<readonly Finding[]> {
  const proxy = findProxy(place.url, io.env)
  return Promise.resolve([judge(proxy, io.env, process.versions.node)])
}

function judge(proxy: Proxy | undefined, env: Env, nodeVersion: string): Finding {
  if (proxy === undefined) return ok('none is set for this endpoint')
  const { variable, host, passedBy } = proxy
  if (passedBy !== undefined)
    return ok(`${variable} names ${host}, and NO_PROXY ("${passedBy}") lets this endpoint past it`)
  if (usesProxies(env, nodeVersion)) return ok(`${variable} names ${host}, and Node uses it (NODE_USE_ENV_PROXY)`)
  return warn(
    `${variable} names ${host}, and Node calls this endpoint directly all the same`,
    canUseProxies(nodeVersion)
      ? 'set NODE_USE_ENV_PROXY=1 if only the proxy gets out, or add the host to NO_PROXY if not'
      : 'if only the proxy gets out, use Node 24, or 22.21 or newer, with NODE_USE_ENV_PROXY=1; if not, add the host to NO_PROXY',
  )
}

/** Whether Node's own `fetch` goes through the proxies of the environment. */
export function usesProxies(env: Env, nodeVersion: string): boolean {
  return env['NODE_USE_ENV_PROXY'] === '1' && canUseProxies(nodeVersion)
}

// Node 24.0 began with it, and 22.21 has it too.
function canUseProxies(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 21)
}

/** Finds the proxy of a URL as curl and its followers do: by scheme, then ALL_PROXY, the lower-case spelling first. */
export function findProxy(url: URL, env: Env): Proxy | undefined {
  const scheme = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  for (const variable of [scheme.toLowerCase(), scheme, 'all_proxy', 'ALL_PROXY']) {
    const value = env[variable]?.trim() ?? ''
    if (value === '') continue
    const passedBy = findException(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    return { variable, host: hostOf(value), ...(passedBy !== undefined && { passedBy }) }
  }
  return undefined
}

function findException(url: URL, list: string): string | undefined {
  const host = url.hostname.toLowerCase()
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return list.split(/[\s,]+/).find((entry) => {
    if (entry === '*') return true
    const [, name = '', onlyPort] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false
    return host === name || host.endsWith(`.${name}`)
  })
}

function hostOf(value: string): string {
  const text = value.includes('://') ? value : `http://${value}`
  return URL.canParse(text) ? new URL(text).host : 'something that is no URL'
}

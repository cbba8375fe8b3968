import type { Env } from '../io.ts'

/** The proxy that the environment names for a URL, by which variable, and what keeps it from applying. */
export interface Proxy {
  readonly variable: string
  /** `undefined` when what is named is none. Never shown whole: it may hold a password. */
  readonly url: URL | undefined
  /** The entry of NO_PROXY that lets calls past it. */
  readonly passedBy?: string
}

/** Finds the proxy of a URL as the client does: by scheme, else that of HTTP, the lower-case spelling first. */
export function findProxy(url: URL, env: Env): Proxy | undefined {
  const schemes = url.protocol === 'https:' ? ['HTTPS_PROXY', 'HTTP_PROXY'] : ['HTTP_PROXY']
  for (const scheme of schemes) {
    const variable = env[scheme.toLowerCase()] === undefined ? scheme : scheme.toLowerCase()
    const value = env[variable] ?? ''
    if (value === '') continue
    const passedBy = findException(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    return { variable, url: parseProxy(value), ...(passedBy !== undefined && { passedBy }) }
  }
  return undefined
}

function findException(url: URL, list: string): string | undefined {
  const host = url.hostname.toLowerCase()
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return list.split(/[\s,]+/).find((entry) => {
    if (entry === '*') return true
    const [, name = '', onlyPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false
    return host === name || host.endsWith(`.${name}`)
  })
}

function parseProxy(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? url : undefined
}

import { ConfigurationError } from '../configuration-error.ts'

let loaded: Promise<object | undefined> | undefined

/**
 * Loads the undici dispatcher that sends requests through the proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, once a
 * process. Undefined where no proxy is named, where the program has set a dispatcher of its own for all, and on Deno and
 * Bun, whose `fetch` goes through proxies by itself.
 */
export function loadProxyDispatcher(): Promise<object | undefined> {
  loaded ??= createDispatcher().catch((error: unknown) => {
    loaded = undefined
    throw error
  })
  return loaded
}

const help =
  'calling through it needs undici (npm install undici), the fetch option, or NODE_USE_ENV_PROXY=1 on Node 24'
const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']

async function createDispatcher(): Promise<object | undefined> {
  const named = variables.find((name) => process.env[name] !== undefined && process.env[name] !== '')
  // Any other than undici's `Agent` is one that the program chose, or Node's own for proxies (NODE_USE_ENV_PROXY).
  if (named === undefined || globalDispatcher()?.constructor.name !== 'Agent') return undefined
  try {
    const { EnvHttpProxyAgent } = await import('undici')
    return new EnvHttpProxyAgent()
  } catch (cause) {
    // What `new URL` throws; a package that is missing is an Error.
    const isUrl = !(cause instanceof TypeError)
    throw new ConfigurationError(isUrl ? `${named} names a proxy: ${help}` : `${named} is no URL of a proxy`, { cause })
  }
}

/** The dispatcher of Node's `fetch`, by the name that undici gives it for its other copies in the process. */
function globalDispatcher(): object | undefined {
  // Node loads its undici, and sets the dispatcher, when the first of its names is used.
  if (typeof globalThis.Response !== 'function') return undefined
  const found: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))
  return typeof found === 'object' && found !== null ? found : undefined
}

// How @outcrop/client is told where the endpoint is and who calls; the same for its class and for its fetch.
import { createBedrockFetch } from '@outcrop/client/transport'
import { keys, setEnvironment, target } from './harness.js'

/**
 * @typedef {import('./checks.js').Options} Options
 * @typedef {import('@outcrop/client/transport').BedrockOptions} BedrockOptions
 */

/**
 * Whoever calls the measured endpoint wants to see what it refuses: by itself the client would send what the model takes.
 * @param {Options} options @returns {BedrockOptions}
 */
export function outcropOptions({ identity = keys, url = target.urls.strict, region = target.region, attempts } = {}) {
  setEnvironment(identity, region)
  const pair = identity.kind === 'keys' ? identity.keys : undefined
  return {
    baseURL: url,
    awsRegion: region,
    ...(pair === undefined ? {} : { awsAccessKey: pair.accessKeyId, awsSecretKey: pair.secretAccessKey }),
    ...(pair?.sessionToken === undefined ? {} : { awsSessionToken: pair.sessionToken }),
    ...(identity.kind === 'none' ? { skipAuth: true } : {}),
    ...(attempts === undefined ? {} : { maxRetries: attempts - 1 }),
    ...(url === target.urls.measured ? { capabilities: 'send' } : {}),
    onWarning: () => undefined,
  }
}

/**
 * A fetch for other libraries, which repeat by themselves.
 * @param {Options} options @param {typeof fetch} network @param {BedrockOptions} [more]
 */
export const outcropFetch = (options, network, more) =>
  createBedrockFetch({ ...outcropOptions(options), maxRetries: 0, fetch: network, ...more })

// The endpoints under test, and the credentials that only this run knows.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEndpoint } from './process.js'

const account = '123456789012'
const region = 'us-east-1'

/** Makes a key pair, a temporary key and a long-term Bedrock key. */
function makeCredentials() {
  const keyId = (/** @type {string} */ prefix) => prefix + base32(randomBytes(16))
  const name = `BedrockAPIKey-${base32(randomBytes(4)).toLowerCase()}-at-${account}`
  return {
    keys: { accessKeyId: keyId('AKIA'), secretAccessKey: secret() },
    temporary: {
      accessKeyId: keyId('ASIA'),
      secretAccessKey: secret(),
      sessionToken: randomBytes(180).toString('base64'),
    },
    bearer: `ABSK${Buffer.from(`${name}:${secret()}`).toString('base64')}`,
  }
}

const secret = () => randomBytes(30).toString('base64')

/** @param {Buffer} bytes */
function base32(bytes) {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('')
}

const users = { keys: 'petra', temporary: 'tomas', bearer: 'berta' }

/**
 * Starts three endpoints: strict, strict with measured fidelity, and open.
 * @param {string} bin @param {string} folder
 */
export async function startEndpoints(bin, folder) {
  const { keys, temporary, bearer } = makeCredentials()
  const credentials = [
    { user: users.keys, ...keys },
    { user: users.temporary, ...temporary },
    { user: users.bearer, bearer },
  ]
  const shared = { region, account, simulator: { seed: 'conformance', tokensPerSecond: 0, firstTokenMs: 0 } }
  const configs = {
    strict: { ...shared, auth: { mode: 'strict', credentials } },
    measured: { ...shared, fidelity: 'aws', auth: { mode: 'strict', credentials } },
    open: { ...shared, auth: { mode: 'open' } },
  }
  /** @type {Array<{ url: string, stop: () => Promise<void> }>} */
  const started = []
  const stop = async () => {
    await Promise.all(started.map((endpoint) => endpoint.stop()))
  }
  /** @type {Record<string, string>} */
  const urls = {}
  try {
    for (const [name, config] of Object.entries(configs)) {
      const file = join(folder, `${name}.json`)
      writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 })
      const endpoint = await startEndpoint(bin, ['--config', file, '--port', '0'])
      started.push(endpoint)
      urls[name] = endpoint.url
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { stop, target: { urls, region, account, users, keys, temporary, bearer } }
}

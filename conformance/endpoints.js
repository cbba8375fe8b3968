// The endpoints under test, and the credentials that only this run knows.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from './certificates.js'
import { startEndpoint } from './process.js'
import { s3Section } from './s3.js'
import { writeScripts } from './scripts.js'

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

const makeTenant = (/** @type {number} */ number) => ({
  account: `20000000${String(number).padStart(4, '0')}`,
  keys: { accessKeyId: `AKIA${base32(randomBytes(16))}`, secretAccessKey: secret() },
})

/** Clients that have accounts of their own where models have to be asked for. */
const tenantClients = ['boto3', 'aws-cli', 'aws-sdk-js-bedrock', 'outcrop-client']

/**
 * Gives each of them two accounts: one that shows how models are asked for, and one for everything else.
 * @returns {Record<string, Record<'first' | 'second', { account: string, keys: { accessKeyId: string, secretAccessKey: string } }>>}
 */
function makeTenants() {
  return Object.fromEntries(
    tenantClients.map((client, index) => [client, { first: makeTenant(index * 2), second: makeTenant(index * 2 + 1) }]),
  )
}

/**
 * Starts six endpoints: strict, strict with measured fidelity, strict over TLS, strict with scripts, open, and strict whose accounts ask for models.
 * @param {string} bin @param {string} folder @param {import('./s3.js').S3['target']} s3 where the last of them has its buckets
 */
export async function startEndpoints(bin, folder, s3) {
  const { keys, temporary, bearer } = makeCredentials()
  const credentials = [
    { user: users.keys, ...keys },
    { user: users.temporary, ...temporary },
    { user: users.bearer, bearer },
  ]
  const shared = { region, account, simulator: { seed: 'conformance', tokensPerSecond: 0, firstTokenMs: 0 } }
  const { ca, cert, key } = await makeCertificates(folder)
  const strict = { ...shared, auth: { mode: 'strict', credentials } }
  const tenants = makeTenants()
  const owners = Object.entries(tenants).flatMap(([client, accounts]) =>
    Object.entries(accounts).map(([which, { account: own, keys: pair }]) => ({
      user: `${client}-${which}`,
      account: own,
      ...pair,
    })),
  )
  const asking = {
    ...strict,
    auth: { mode: 'strict', credentials: [...credentials, ...owners] },
    access: { policy: 'ask' },
    ...s3Section(s3),
    batch: { scheduleMs: 5000 }, // long enough for a command line to stop a job before it is over
    quotas: [
      { model: 'claude-sonnet-4-6', requestsPerMinute: 1 },
      { model: 'claude-haiku-4-5', requestsPerMinute: 1000, tokensPerMinute: 1_000_000 },
    ],
  }
  const configs = {
    asking,
    strict,
    measured: { ...strict, fidelity: 'aws' },
    secure: { ...strict, listen: { tls: { cert, key } } },
    scripted: strict,
    open: { ...shared, auth: { mode: 'open' } },
  }
  const flags = { scripted: ['--script', writeScripts(folder)] }
  /** @type {Array<{ url: string, stop: () => Promise<void> }>} */
  const started = []
  const stop = async () => {
    await Promise.all(started.map((endpoint) => endpoint.stop()))
  }
  const start = async (/** @type {[string, object]} */ [name, config]) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 })
    const own = flags[/** @type {keyof typeof flags} */ (name)] ?? []
    const endpoint = await startEndpoint(bin, ['--config', file, '--port', '0', '--ephemeral', ...own])
    started.push(endpoint)
    return [name, endpoint.url]
  }
  const all = await Promise.allSettled(Object.entries(configs).map(start))
  const failed = all.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') {
    await stop()
    throw failed.reason
  }
  /** @type {Record<string, string>} */
  const urls = Object.fromEntries(all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))
  await shareData(urls['measured'] ?? '', keys)
  return { stop, target: { urls, ca, region, account, users, keys, temporary, bearer, tenants, s3 } }
}

/**
 * Lets the account keep what its models are told and answer: on mantle the newest ones answer nobody else where fidelity is measured.
 * @param {string} url @param {{ accessKeyId: string, secretAccessKey: string }} keys
 */
async function shareData(url, { accessKeyId, secretAccessKey }) {
  const { createControl } = await import('@outcrop/client/control')
  const options = { baseURL: url, awsRegion: region, awsAccessKey: accessKeyId, awsSecretKey: secretAccessKey }
  await createControl(options).putAccountDataRetention({ mode: 'provider_data_share' })
}

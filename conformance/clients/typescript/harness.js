// What every JavaScript runner shares: the target, the list of checks, and one line of JSON for each of them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

/**
 * @typedef {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} KeyPair
 * @typedef {{ kind: 'keys', keys: KeyPair } | { kind: 'bearer', token: string } | { kind: 'none' }} Identity
 * @typedef {'csv' | 'md' | 'html' | 'docx' | 'xlsx' | 'doc' | 'xls'} DocumentFormat
 * @typedef {'pdf' | 'brokenPdf' | 'encryptedPdf' | 'image' | 'text' | DocumentFormat} FixtureName
 * @typedef {{
 *   region: string, account: string,
 *   urls: { strict: string, measured: string, secure: string, scripted: string, open: string, asking: string }, ca: string,
 *   users: { keys: string, temporary: string, bearer: string },
 *   tenants: Record<string, Record<'first' | 'second', { account: string, keys: KeyPair }>>,
 *   s3: { url: string, bucket: string, accessKeyId: string, secretAccessKey: string } | { missing: string },
 *   keys: KeyPair, temporary: KeyPair & { sessionToken: string }, bearer: string,
 *   fixtures: Record<FixtureName, string>,
 *   tools: { node: string, python: string, aws: string, outcrop: string },
 * }} Target
 */

/** Where the endpoint is, who may call it, and the files to send. */
export const target = /** @type {Target} */ (JSON.parse(readFileSync(process.env.CONFORMANCE_TARGET ?? '', 'utf8')))

/** The models that the checks speak to: ids with a colon, without one, and the guide's own. */
export const models = {
  main: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  plain: 'us.anthropic.claude-sonnet-4-6',
  guide: 'global.anthropic.claude-opus-4-6-v1',
  bare: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  newest: 'global.anthropic.claude-opus-4-8',
  retired: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
  noScope: 'eu.anthropic.claude-opus-4-1-20250805-v1:0',
  unknown: 'us.anthropic.claude-nonesuch-9-v1:0',
  fable: 'global.anthropic.claude-fable-5-1',
}

/** Every text that more than one check expects, as the service writes it. */
export const texts = {
  unknownModel: 'The provided model identifier is invalid.',
  onDemand: `Invocation of model ID ${models.bare} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  endOfLife: 'This model version has reached the end of its life.',
  maxTokensMissing:
    'Malformed input request: #: required key [max_tokens] not found, please reformat your input and try again.',
  extraneousModel: '#: extraneous key [model] is not permitted',
  extraneousBoth:
    'Malformed input request: #: subject must not be valid against schema {"required":["messages"]}#: extraneous key [stream] is not permitted#: extraneous key [model] is not permitted, please reformat your input and try again.',
  firstRole:
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  blankText:
    'The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.',
  toolConfig: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  toolResult: 'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_conformance',
  toolResultSurplus:
    'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
  maxTokens: 'The maximum tokens you requested exceeds the model limit of ',
  pattern: "1 validation error detected: Value 'not a model' at 'modelId' failed to satisfy constraint: ",
  unknownKey: 'The security token included in the request is invalid.',
  wrongSecret:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  expired: 'Signature expired: ',
  early: 'Signature not yet current: ',
  missing: 'Missing Authentication Token',
  wrongKey: 'Authentication failed: Please make sure your API Key is valid.',
  keyFormat: 'Invalid API Key format: Must start with pre-defined prefix',
  keyExpired: 'Bearer Token has expired',
}

/** The strict endpoint's own key pair. */
export const keys = /** @type {Identity} */ ({ kind: 'keys', keys: target.keys })

/** Reads a file that the run made. */
export const fixture = (/** @type {FixtureName} */ name) => readFileSync(target.fixtures[name])

/** @type {Map<string, Array<() => Promise<void>>>} */
const checks = new Map()

/**
 * Adds a check of a requirement: all checks of one requirement have to pass.
 * @param {string} id @param {() => Promise<void>} check
 */
export function requirement(id, check) {
  const before = checks.get(id)
  if (before === undefined) checks.set(id, [check])
  else before.push(check)
}

/**
 * Runs what was added and prints one line of JSON for each requirement.
 * @param {string} client
 */
export async function run(client) {
  const only = process.env.CONFORMANCE_IDS?.split(',')
  for (const [id, all] of checks) {
    if (only !== undefined && !only.includes(id)) continue
    const started = performance.now()
    let detail = ''
    try {
      for (const check of all) await withLimit(check(), 60_000)
    } catch (error) {
      detail = explain(error)
    }
    setClock(0)
    const ms = Math.round(performance.now() - started)
    console.log(JSON.stringify({ id, client, outcome: detail === '' ? 'pass' : 'fail', detail, ms }))
  }
  // SDKs keep HTTP/2 sessions and agents open, and nothing is left to do.
  process.exit(0)
}

/** @param {Promise<void>} work @param {number} ms */
async function withLimit(work, ms) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${ms / 1000} s`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** @param {unknown} error */
function explain(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.replace(/\s+/g, ' ').slice(0, 400) || 'failed without a word'
}

const RealDate = Date

/**
 * Sets this process's clock wrong by so many milliseconds, for everybody who asks `Date`.
 * @param {number} offset
 */
export function setClock(offset) {
  if (offset === 0) {
    globalThis.Date = RealDate
    return
  }
  globalThis.Date = /** @type {DateConstructor} */ (
    class extends RealDate {
      /** @param {[] | [number]} given */
      constructor(...given) {
        if (given.length === 0) super(RealDate.now() + offset)
        else super(...given)
      }
      static now() {
        return RealDate.now() + offset
      }
    }
  )
}

/**
 * Puts an identity where clients look for one by themselves: the environment.
 * @param {Identity} identity @param {string} region
 */
export function setEnvironment(identity, region) {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_(ACCESS|SECRET|SESSION|BEARER|REGION|DEFAULT)/.test(name)) delete process.env[name]
  }
  process.env.AWS_REGION = region
  if (identity.kind === 'bearer') process.env.AWS_BEARER_TOKEN_BEDROCK = identity.token
  if (identity.kind !== 'keys') return
  process.env.AWS_ACCESS_KEY_ID = identity.keys.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = identity.keys.secretAccessKey
  if (identity.keys.sessionToken !== undefined) process.env.AWS_SESSION_TOKEN = identity.keys.sessionToken
}

/**
 * Returns what a call was refused with; a call that succeeds fails the check.
 * @param {() => Promise<unknown>} call @returns {Promise<unknown>}
 */
export async function refusal(call) {
  let answer
  try {
    answer = await call()
  } catch (error) {
    return error
  }
  throw new assert.AssertionError({ message: `expected a refusal, got ${JSON.stringify(answer)?.slice(0, 200)}` })
}

/** The ARN of an inference profile of the caller. */
export const profileArn = (/** @type {string} */ id, region = target.region) =>
  `arn:aws:bedrock:${region}:${target.account}:inference-profile/${id}`

/** The ARN of a foundation model. */
export const modelArn = (/** @type {string} */ id, region = target.region) =>
  `arn:aws:bedrock:${region}::foundation-model/${id}`

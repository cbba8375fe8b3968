// The requests of clients that are not run here (Anthropic for PHP, Ruby, C# and Java), as their sources build them, sent byte by byte with fresh credentials.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { requirement, run, target } from './harness.js'

const folder = new URL('./replays/', import.meta.url)

/** @param {Buffer} request @returns {Promise<string>} */
async function send(request) {
  const { hostname, port } = new URL(target.urls.strict)
  const socket = connect(Number(port), hostname)
  /** @type {Buffer[]} */
  const chunks = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(request)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/**
 * Fills a recorded request: the host, the account, and the credential it was recorded with.
 * @param {string} recorded
 */
function fill(recorded) {
  const { host } = new URL(target.urls.strict)
  const text = recorded
    .replaceAll('{{host}}', host)
    .replaceAll('{{account}}', target.account)
    .replaceAll('{{region}}', target.region)
    .replaceAll('{{bearer}}', target.bearer)
  const [head = '', body = ''] = text.split('\n\n')
  const payload = Buffer.from(body.trimEnd())
  const lines = [...head.trimEnd().split('\n'), `content-length: ${payload.length}`, 'connection: close']
  const signed = lines.some((line) => line.includes('{{sigv4')) ? sign(lines, payload) : lines
  return Buffer.concat([Buffer.from(`${signed.join('\r\n')}\r\n\r\n`, 'latin1'), payload])
}

const hash = (/** @type {string | Buffer} */ data) => createHash('sha256').update(data).digest('hex')

const escape = (/** @type {string} */ text) =>
  text.replace(/[^A-Za-z0-9\-_.~/]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

const hmac = (/** @type {string | Buffer} */ key, /** @type {string} */ data) =>
  createHmac('sha256', key).update(data).digest()

/**
 * Signs by the rule of the AWS documents, apart from the code under test: the path as sent, every byte outside the
 * unreserved characters and `/` encoded once more (WIRE §2.1).
 * @param {string[]} lines @param {Buffer} payload
 */
function sign(lines, payload) {
  const { accessKeyId, secretAccessKey } = target.keys
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const dated = lines.map((line) => line.replace('{{date}}', date))
  const [method = '', path = ''] = (dated[0] ?? '').split(' ')
  const names = (/\{\{sigv4 ([^}]+)\}\}/.exec(dated.join('\n'))?.[1] ?? '').split(';')
  const value = (/** @type {string} */ name) =>
    (dated.find((line) => line.toLowerCase().startsWith(`${name}:`)) ?? '').replace(/^[^:]*:/, '').trim()
  const canonical = [
    method,
    escape(path),
    '',
    ...names.map((name) => `${name}:${value(name)}`),
    '',
    names.join(';'),
    hash(payload),
  ].join('\n')
  const scope = `${date.slice(0, 8)}/${target.region}/bedrock/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n')
  const key = scope.split('/').reduce(hmac, /** @type {string | Buffer} */ (`AWS4${secretAccessKey}`))
  const signature = hmac(/** @type {Buffer} */ (key), toSign).toString('hex')
  const header = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return dated.map((line) => line.replace(/\{\{sigv4 [^}]+\}\}/, header))
}

requirement('id.raw', async () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.http'))
  assert.ok(names.length >= 6, `${names.length} recorded requests`)
  for (const name of names) {
    const answer = await send(fill(readFileSync(new URL(name, folder), 'utf8')))
    assert.match(answer, /^HTTP\/1\.1 200 /, `${name}: ${answer.slice(0, 500)}`)
    if (name.includes('stream')) assert.match(answer, /:event-type/, name)
    else assert.match(answer, /"role":"assistant"/, name)
  }
})

await run('replay')

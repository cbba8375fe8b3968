// `node tools/read-service-model.js DIRECTORY` takes over what docs/reference/differences.json has to speak of from
// the service models that botocore publishes (its `data` directory): facts alone, in our own form.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { format, resolveConfig } from 'prettier'
import { manifestPath, modelPath } from './differences/read-world.js'

/**
 * @typedef {object} Published
 * @property {Record<string, PublishedOperation>} operations
 * @property {Record<string, PublishedShape>} shapes
 *
 * @typedef {object} Ref
 * @property {string} shape
 * @property {string} [location]
 * @property {string} [locationName]
 *
 * @typedef {object} PublishedOperation
 * @property {{ method: string, requestUri: string }} http
 * @property {Ref} [input]
 * @property {Ref} [output]
 * @property {Ref[]} [errors]
 *
 * @typedef {object} PublishedShape
 * @property {string} type
 * @property {boolean} [exception]
 * @property {Record<string, Ref>} [members]
 * @property {Ref} [member]
 * @property {Ref} [value]
 */

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('usage: node tools/read-service-model.js DIRECTORY')

/** @type {import('./differences/types.js').Manifest} */
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'))
const wanted = new Set(manifest.operations.map(({ name }) => name))
/** @type {Record<string, unknown>} */
const operations = {}
/** @type {Record<string, string[]>} */
const names = {}
/** @type {Record<string, Record<string, string>>} */
const shapes = {}

for (const service of ['bedrock-runtime', 'bedrock', 'sts']) {
  const { operations: all, shapes: published } = readPublished(service)
  names[service] = Object.keys(all)
  for (const [name, { http, input, output, errors = [] }] of Object.entries(all)) {
    if (!wanted.has(name)) continue
    const ends = { input: input?.shape ?? 'Nothing', output: output?.shape ?? 'Nothing' }
    const path = `${http.method} ${http.requestUri}`
    operations[name] = { service, path, ...ends, errors: errors.map(({ shape }) => shape) }
    open(ends.input, published, true)
    open(ends.output, published, true)
  }
}

const about = `Named by botocore's service models, as far as differences.json speaks of them; made by tools/read-service-model.js`
const text = JSON.stringify({ about, names, operations, shapes })
writeFileSync(modelPath, await format(text, { ...(await resolveConfig(modelPath)), filepath: modelPath }))

/** @param {string} service @returns {Published} */
function readPublished(service) {
  const version = readdirSync(`${directory}/${service}`).sort().at(-1)
  return JSON.parse(gunzipSync(readFileSync(`${directory}/${service}/${version}/service-2.json.gz`)).toString())
}

/** @param {string} name @param {Published['shapes']} published @param {boolean} [isAsked] */
function open(name, published, isAsked = manifest.shapes[name] !== undefined) {
  if (!isAsked || shapes[name] !== undefined) return
  const members = published[name]?.members ?? {}
  shapes[name] = Object.fromEntries(
    Object.entries(members).map(([member, ref]) => [member, typeOf(ref.shape, published) + placeOf(ref)]),
  )
  for (const { shape } of Object.values(members)) openInside(shape, published)
}

/** @param {string} name @param {Published['shapes']} published */
function openInside(name, published) {
  const shape = published[name]
  if (shape?.type === 'structure') return open(name, published)
  const inner = shape?.member ?? shape?.value
  if (inner !== undefined) openInside(inner.shape, published)
}

/** @param {string} name @param {Published['shapes']} published @returns {string} */
function typeOf(name, published) {
  const shape = published[name]
  if (shape?.type === 'list') return `[${typeOf(shape.member?.shape ?? '', published)}]`
  if (shape?.type === 'map') return `{${typeOf(shape.value?.shape ?? '', published)}}`
  if (shape?.type !== 'structure') return shape?.type ?? 'unknown'
  if (shape.exception) return 'exception'
  return Object.keys(shape.members ?? {}).length === 0 ? 'object' : name
}

/** @param {Ref} ref */
function placeOf({ location, locationName }) {
  if (location === 'uri') return ` in path ${locationName}`
  if (location === 'querystring') return ` in query ${locationName}`
  return location === 'header' ? ` in header ${locationName}` : ''
}

// What the page of differences is made from, as it stands in the repository.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** @param {string} path */
const inRoot = (path) => fileURLToPath(new URL(path, root))

/** @param {string} path @returns {unknown} */
const readJson = (path) => JSON.parse(readFileSync(inRoot(path), 'utf8'))

/** The verdicts, written by hand. */
export const manifestPath = inRoot('docs/reference/differences.json')
/** The page, made from them. */
export const pagePath = inRoot('docs/reference/differences.md')
/** What AWS's service models name. */
export const modelPath = inRoot('tools/differences/service-model.json')

/** @returns {import('./types.js').Manifest} */
export function readManifest() {
  return /** @type {import('./types.js').Manifest} */ (readJson('docs/reference/differences.json'))
}

/** @returns {import('./find-faults.js').World} */
export function readWorld() {
  const model = /** @type {import('./types.js').ServiceModel} */ (readJson('tools/differences/service-model.json'))
  const { requirements } = /** @type {{ requirements: { id: string }[] }} */ (readJson('conformance/requirements.json'))
  const unserved = /** @type {{ name: string }[]} */ (readJson('packages/server/src/edge/unserved-operations.json'))
  const { subjects } = /** @type {{ subjects: { subject: string, kind: string }[] }} */ (
    readJson('packages/protocol/src/catalogue/capabilities.json')
  )
  return {
    model,
    requirements: new Set(requirements.map(({ id }) => id)),
    unserved: unserved.map(({ name }) => name),
    // `*` stands for every other field.
    fields: subjects.filter(({ kind, subject }) => kind === 'field' && subject !== '*').map(({ subject }) => subject),
    isFile: (path) => existsSync(inRoot(path)),
  }
}

// What is wrong with the manifest of differences: nothing may be left out, made up, or called exact without evidence.
import { others, reach, rowsOf, shapeIn } from './rows-of.js'
import { verdictOf } from './types.js'

/**
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').ServiceModel} ServiceModel
 * @typedef {import('./types.js').Row} Row
 *
 * What the manifest is held against.
 * @typedef {object} World
 * @property {ServiceModel} model
 * @property {ReadonlySet<string>} requirements
 * @property {readonly string[]} unserved operations that are refused by name
 * @property {(path: string) => boolean} isFile
 * @property {readonly string[]} fields of the Anthropic body that the capability table judges
 */

const longestWhy = 260

/**
 * Says in one sentence each what is wrong.
 * @param {Manifest} manifest @param {World} world @returns {readonly string[]}
 */
export function findFaults(manifest, world) {
  return [
    ...fileFaults(manifest, world),
    ...rowFaults('everywhere', manifest.everywhere, manifest, world),
    ...rowFaults('errors', manifest.errors, manifest, world),
    ...Object.entries(manifest.shapes).flatMap(([name, { rows }]) => rowFaults(name, rows, manifest, world)),
    ...Object.keys(manifest.shapes).flatMap((name) => shapeFaults(name, manifest, world)),
    ...operationFaults(manifest, world),
    ...reachFaults(manifest, world),
    ...fieldFaults(manifest, world),
  ]
}

/** @param {Manifest} manifest @param {World} world */
function fileFaults({ files }, { isFile }) {
  return Object.entries(files)
    .filter(([, path]) => !isFile(path))
    .map(([name, path]) => `files: ${name} is ${path}, which is no file`)
}

/** @param {string} where @param {readonly Row[]} rows @param {Manifest} manifest @param {World} world */
function rowFaults(where, rows, manifest, world) {
  const faults = rows.flatMap((row) => rowFault(row, manifest, world).map((fault) => `${where}: ${fault}`))
  const members = rows.flatMap((row) => verdictOf(row)?.members ?? [])
  const twice = new Set(members.filter((member, index) => members.indexOf(member) < index))
  return [...faults, ...Array.from(twice, (member) => `${where}: ${member} has more than one row`)]
}

/** @param {Row} row @param {Manifest} manifest @param {World} world @returns {string[]} */
function rowFault(row, { files }, { requirements }) {
  const found = verdictOf(row)
  if (found === undefined) return [`a row has not just one verdict: ${JSON.stringify(row)}`]
  const { verdict, members } = found
  const { why = '', proof = [] } = row
  const [name = ''] = members
  const faults = proof
    .filter((one) => (one.startsWith('@') ? files[one] === undefined : !requirements.has(one)))
    .map((one) => `${name} is proven by ${one}, which is no requirement and no file`)
  if (name === '') faults.push('a row is about nothing')
  if (verdict === 'exact' && proof.length === 0) faults.push(`${name} is exact and nothing proves it`)
  if (verdict === 'exact' && why.includes('[?]')) faults.push(`${name} is exact and calls itself unrecorded`)
  if (verdict === 'exact' && members.includes(others)) faults.push('exact members are named one by one')
  if (verdict !== 'exact' && why === '') faults.push(`${name} is ${verdict} and nobody says why`)
  if (why.length > longestWhy) faults.push(`${name} is explained at more than ${longestWhy} characters`)
  return faults
}

/** @param {string} name @param {Manifest} manifest @param {World} world */
function shapeFaults(name, manifest, { model }) {
  const known = model.shapes[name]
  const { title, like, rows } = manifest.shapes[name] ?? { rows: [] }
  const faults = []
  if (like !== undefined && manifest.shapes[like] === undefined)
    faults.push(`${name} is like ${like}, which has no rows`)
  if (known === undefined) {
    return title === undefined ? [...faults, `${name} is in no service model and has no title`] : faults
  }
  const named = new Set(rowsOf(name, manifest, model).flatMap((row) => verdictOf(row)?.members ?? []))
  for (const member of Object.keys(known)) {
    if (!named.has(member)) faults.push(`${name}.${member} of the service model has no row`)
  }
  for (const row of rows) {
    for (const member of verdictOf(row)?.members ?? []) {
      const isKnown = member === others || Object.hasOwn(known, member)
      if (isKnown && row.unmodelled) faults.push(`${name}.${member} is called unmodelled and is in the service model`)
      if (!isKnown && !row.unmodelled) faults.push(`${name}.${member} is not in the service model`)
    }
  }
  return faults
}

/** @param {Manifest} manifest @param {World} world */
function operationFaults(manifest, { model, unserved }) {
  const errors = new Set(manifest.errors.flatMap((row) => verdictOf(row)?.members ?? []))
  const names = new Set(manifest.operations.map(({ name }) => name))
  const faults = Object.keys(model.operations)
    .filter((name) => !names.has(name))
    .map((name) => `${name} is served and has no entry`)
  for (const operation of manifest.operations) {
    const { name, path } = operation
    const modelled = model.operations[name]
    if (modelled === undefined && path === undefined) faults.push(`${name} is in no service model and has no path`)
    if (modelled !== undefined && !operation.request.includes(modelled.input)) {
      faults.push(`${name} does not name its input ${modelled.input}`)
    }
    if (modelled !== undefined && !operation.response.includes(modelled.output)) {
      faults.push(`${name} does not name its output ${modelled.output}`)
    }
    for (const error of modelled?.errors ?? operation.errors ?? []) {
      if (!errors.has(error)) faults.push(`${name} can fail with ${error}, which has no row`)
    }
  }
  const all = Object.entries(model.names).flatMap(([service, of]) => (service === 'sts' ? [] : of))
  const missing = all.filter((name) => names.has(name) === unserved.includes(name))
  return [...faults, ...missing.map((name) => `${name} is not either served or refused by name`)]
}

/** @param {Manifest} manifest @param {World} world */
function reachFaults(manifest, { model }) {
  const reached = reach(
    manifest.operations.flatMap(({ request, response }) => [...request, ...response]),
    manifest,
    model,
  )
  const known = new Set(Object.keys(manifest.shapes))
  const likes = new Set(Object.values(manifest.shapes).map(({ like }) => like))
  return [
    ...reached.filter((name) => !known.has(name)).map((name) => `${name} is reached by an operation and has no rows`),
    ...[...known]
      .filter((name) => !reached.includes(name) && !likes.has(name))
      .map((name) => `${name} is reached by no operation`),
    ...Object.entries(model.shapes).flatMap(([name, members]) =>
      Object.values(members)
        .map(shapeIn)
        .filter((inner) => inner !== undefined && known.has(inner) && model.shapes[inner] === undefined)
        .map((inner) => `${name} leads to ${inner}, which the service model here does not have`),
    ),
  ]
}

/** @param {Manifest} manifest @param {World} world */
function fieldFaults({ shapes }, { model, fields }) {
  const own = Object.entries(shapes).filter(([name]) => model.shapes[name] === undefined)
  const named = new Set(own.flatMap(([, { rows }]) => rows.flatMap((row) => verdictOf(row)?.members ?? [])))
  return fields
    .filter((field) => !named.has(field))
    .map((field) => `${field} is in the capability table and has no row`)
}

// The page of differences, made from the manifest: a summary, then each operation, then what operations share.
import { code, linkTo, table } from './markdown.js'
import { reach, rowsOf } from './rows-of.js'
import { verdictOf, verdicts } from './types.js'

/**
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').Operation} Operation
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./find-faults.js').World} World
 *
 * What is reached by each operation, once for the whole page.
 * @typedef {object} Book
 * @property {Manifest} manifest
 * @property {World} world
 * @property {ReadonlyMap<string, { request: readonly string[], response: readonly string[] }>} reached by operation
 * @property {ReadonlySet<string>} shared shapes of more than one operation
 */

/**
 * Writes the page as Markdown.
 * @param {Manifest} manifest @param {World} world @returns {string}
 */
export function makePage(manifest, world) {
  const book = openBook(manifest, world)
  const files = Object.entries(manifest.files).map(([name, path]) => `[${name.slice(1)}]: ../../${path}`)
  const page = [
    ...opening,
    '## Everywhere',
    table(['', '', 'What holds'], manifest.everywhere.flatMap(everywhereRow)),
    '## Summary',
    'How many fields, headers, events and errors of each operation are what, those of shared shapes included.',
    table(
      ['Operation', ...verdicts],
      manifest.operations.map((operation) => summaryOf(operation, book)),
    ),
    ...manifest.operations.flatMap((operation) => sectionOf(operation, book)),
    '## Shapes of several operations',
    ...[...book.shared].flatMap((shape) => partWithTitle(shape, book)),
    '## Errors',
    ...rowsParts([['', manifest.errors]], (_shape, name) => name, book),
    '## Operations that Outcrop does not serve',
    'Each is refused by its name, with HTTP 404 and `UnknownOperationException`; none is answered with an empty success.',
    ...unservedLists(world),
    files.join('\n'),
  ]
  return `${page.join('\n\n')}\n`
}

const opening = [
  '<!-- Made from differences.json by `npm run docs`: change that, not this. -->',
  '# Differences from AWS',
  'What is the same here as on Amazon Bedrock, by operation and field. The page is made from [differences.json](differences.json), which machines can read; a test holds both against the service models of AWS and against the evidence that they name.',
  [
    '- **exact**: accepted, refused, answered and counted by the rule that is [recorded of AWS](wire.md), and something proves it: a requirement of [the conformance run](../../conformance/REPORT.md), by its id, or a test.',
    '- **approximate**: served, but not quite the same, or nothing proves that it is. `[?]` marks what nobody has recorded.',
    '- **absent**: refused, without effect, or never sent, as it says.',
  ].join('\n'),
  'What happens to a field of the Anthropic body depends on the model and the wire as well: `outcrop models show ID` prints it from [the capability table](../../packages/protocol/src/catalogue/capabilities.json), which is not repeated here.',
]

/** @param {Manifest} manifest @param {World} world @returns {Book} */
function openBook(manifest, world) {
  const reached = new Map(
    manifest.operations.map(({ name, request, response }) => [
      name,
      { request: reach(request, manifest, world.model), response: reach(response, manifest, world.model) },
    ]),
  )
  const shared = Object.keys(manifest.shapes).filter((shape) => {
    const users = [...reached.values()].filter(({ request, response }) => [...request, ...response].includes(shape))
    return users.length > 1
  })
  return { manifest, world, reached, shared: new Set(shared) }
}

/** @param {Row} row */
function everywhereRow(row) {
  const found = verdictOf(row)
  return found?.members.map((member) => [member, found.verdict, row.why ?? '']) ?? []
}

/** @param {Operation} operation @param {Book} book @returns {readonly string[]} */
function errorsOf({ name, errors = [] }, { world }) {
  return world.model.operations[name]?.errors ?? errors
}

/** @param {Operation} operation @param {Book} book */
function summaryOf(operation, book) {
  const { manifest, world, reached } = book
  const { request = [], response = [] } = reached.get(operation.name) ?? {}
  const errors = errorsOf(operation, book)
  const rows = [...new Set([...request, ...response])].flatMap((shape) => rowsOf(shape, manifest, world.model))
  return [
    linkTo(operation.name),
    ...verdicts.map((verdict) => {
      const failing = manifest.errors.flatMap((row) => row[verdict] ?? []).filter((name) => errors.includes(name))
      return String(rows.reduce((sum, row) => sum + (row[verdict]?.length ?? 0), failing.length))
    }),
  ]
}

/** @param {Operation} operation @param {Book} book */
function sectionOf(operation, book) {
  const { name, path, note } = operation
  const { request = [], response = [] } = book.reached.get(name) ?? {}
  const own = [...new Set([...request, ...response])].filter((shape) => !book.shared.has(shape))
  const errors = errorsOf(operation, book)
  /** @param {readonly string[]} shapes */
  const elsewhere = (shapes) => {
    const links = shapes.filter((shape) => book.shared.has(shape)).map((shape) => linkTo(titleOf(shape, book)))
    return links.length === 0 ? [] : [links.join(', ')]
  }
  const lines = [
    ...elsewhere(request).map((links) => `- Also in requests: ${links}.`),
    ...elsewhere(response).map((links) => `- Also in answers: ${links}.`),
    ...(errors.length === 0 ? [] : [`- ${linkTo('Errors')}: ${errors.map(code).join(', ')}.`]),
  ]
  const paths = path ?? book.world.model.operations[name]?.path ?? ''
  return [
    `## ${name}`,
    paths
      .split(', ')
      .map((one) => `\`${one}\``)
      .join(', '),
    ...(note === undefined ? [] : [note]),
    ...partsOf(own, book),
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
  ]
}

/** @param {string} shape @param {Book} book */
function titleOf(shape, { manifest }) {
  return manifest.shapes[shape]?.title ?? shape
}

/** @param {string} shape @param {Book} book */
function partWithTitle(shape, book) {
  return [`### ${titleOf(shape, book)}`].concat(partsOf([shape], book))
}

/** What some shapes have that is exact, and then what differs. @param {readonly string[]} shapes @param {Book} book */
function partsOf(shapes, book) {
  const { manifest, world } = book
  /** @param {string} shape @param {string} member */
  const nameOf = (shape, member) => wireName(member, world.model.shapes[shape]?.[member] ?? '')
  const likes = shapes.flatMap((shape) => {
    const like = manifest.shapes[shape]?.like
    return like === undefined ? [] : [`${titleOf(shape, book)} has the fields of ${titleOf(like, book)}.`]
  })
  const written = shapes.map((shape) => /** @type {const} */ ([shape, rowsBeside(shape, book)]))
  return [...likes, ...rowsParts(written, nameOf, book)]
}

/** The rows of a shape without those that it shares with another. @param {string} shape @param {Book} book */
function rowsBeside(shape, { manifest, world }) {
  const { like } = manifest.shapes[shape] ?? {}
  const all = rowsOf(shape, manifest, world.model)
  if (like === undefined) return all
  const theirs = new Map(
    rowsOf(like, manifest, world.model).flatMap((row) => membersOf(row).map((one) => [one, row.why])),
  )
  return all
    .map((row) => keep(row, (member) => !theirs.has(member) || theirs.get(member) !== row.why))
    .filter((row) => membersOf(row).length > 0)
}

/** @param {Row} row */
function membersOf(row) {
  return verdictOf(row)?.members ?? []
}

/** @param {Row} row @param {(member: string) => boolean} keeps @returns {Row} */
function keep(row, keeps) {
  const found = verdictOf(row)
  return found === undefined ? row : { ...row, [found.verdict]: found.members.filter(keeps) }
}

/**
 * @param {ReadonlyArray<readonly [shape: string, rows: readonly Row[]]>} shapes
 * @param {(shape: string, member: string) => string} nameOf @param {Book} book
 */
function rowsParts(shapes, nameOf, book) {
  const isOne = shapes.length === 1
  /** @param {string} shape @param {Row} row */
  const names = (shape, row) =>
    membersOf(row)
      .map((member) => code(nameOf(shape, member)))
      .join(', ')
  const exact = shapes.flatMap(([shape, rows]) => {
    const said = rows
      .filter((row) => row.exact !== undefined)
      .map((row) => `${names(shape, row)} (${proofOf(row)})${row.why === undefined ? '' : `: ${row.why}`}`)
    if (isOne) return said.map((one) => `- Exact: ${ended(one)}`)
    return said.length === 0 ? [] : [`- Exact in ${titleOf(shape, book)}: ${said.map(ended).join(' Also ')}`]
  })
  const differing = shapes.flatMap(([shape, rows]) =>
    rows
      .filter((row) => row.exact === undefined)
      .map((row) =>
        (isOne ? [] : [titleOf(shape, book)]).concat(
          names(shape, row),
          verdictOf(row)?.verdict ?? '',
          `${row.why ?? ''}${row.proof === undefined ? '' : ` (${proofOf(row)})`}`,
        ),
      ),
  )
  return [
    ...(exact.length === 0 ? [] : [exact.join('\n')]),
    ...(differing.length === 0 ? [] : [table([...(isOne ? [] : ['In']), 'Field', '', 'What differs'], differing)]),
  ]
}

/** @param {string} text */
function ended(text) {
  return text.endsWith('.') ? text : `${text}.`
}

/** Requirements by their ids, and files by links whose ends stand below the page. @param {Row} row */
function proofOf({ proof = [] }) {
  return proof.map((one) => (one.startsWith('@') ? `[${one.slice(1)}]` : code(one))).join(', ')
}

/** A header and a query parameter go by their own names. @param {string} member @param {string} type */
function wireName(member, type) {
  const [, place, name = member] = / in (path|query|header) (.+)$/.exec(type) ?? []
  if (place === 'path') return `{${name}}`
  return place === 'query' ? `?${name}` : name
}

/** @param {World} world */
function unservedLists({ model, unserved }) {
  return Object.entries(model.names).flatMap(([service, names]) => {
    const those = names.filter((name) => unserved.includes(name))
    return those.length === 0 ? [] : [`Of \`${service}\`: ${those.map(code).join(', ')}.`]
  })
}

// The report: the same run gives the same bytes, so it changes only when something that it says has changed.
import { count } from './judge.js'

/**
 * @typedef {import('./judge.js').Cell} Cell
 * @typedef {import('./judge.js').Requirement} Requirement
 * @typedef {import('./clients.js').Client} Client
 * @typedef {import('./install.js').Installed['versions']} Versions
 */

const marks = { pass: '✓', expected: '⚠', fail: '✗', skip: '·' }

/**
 * Writes the report as Markdown.
 * @param {readonly Requirement[]} requirements @param {readonly Cell[]} cells @param {readonly Client[]} clients
 * @param {Versions} versions @returns {string}
 */
export function writeReport(requirements, cells, clients, versions) {
  const { passed, expected, failed, skipped } = count(cells)
  const find = (/** @type {string} */ id, /** @type {string} */ client) =>
    cells.find((cell) => cell.id === id && cell.client === client)
  const failures = cells.filter(({ verdict }) => verdict === 'fail')
  const exceptions = cells.filter(({ verdict }) => verdict === 'expected')
  return [
    '# Conformance',
    '',
    'Unmodified clients against a running endpoint in strict mode, written by `npm run conformance`.',
    `${passed} passed, ${failed} failed, ${skipped} skipped; among the passed, ${expected} failed as expected.`,
    '',
    '✓ passed · ⚠ expected failure, explained below · ✗ failed · blank: not asked of this client',
    '',
    '## Clients',
    '',
    '| | client | version |',
    '| --- | --- | --- |',
    ...clients.map((client, index) => `| ${letter(index)} | ${describe(client)} | ${version(client, versions)} |`),
    '',
    '## Requirements',
    '',
    `| requirement | ${clients.map((_, index) => letter(index)).join(' | ')} | from |`,
    `| --- | ${clients.map(() => ':-:').join(' | ')} | --- |`,
    ...requirements.map(({ id, says, from }) => {
      const row = clients.map((client) => marks[find(id, client.id)?.verdict ?? 'skip'].replace('·', ' '))
      return `| **${id}** ${escape(says)} | ${row.join(' | ')} | ${from} |`
    }),
    '',
    '## Expected failures',
    '',
    ...(exceptions.length === 0
      ? ['None.']
      : exceptions.map(({ id, client, because }) => `- **${id}**, ${client}: ${because}`)),
    ...(failures.length === 0
      ? []
      : [
          '',
          '## Failures',
          '',
          ...failures.map(({ id, client, detail }) => `- **${id}**, ${client}: ${escape(detail)}`),
        ]),
    '',
  ].join('\n')
}

/** A to Z, then AA. @param {number} index @returns {string} */
const letter = (index) =>
  (index < 26 ? '' : letter(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))

/** @param {Client} client */
const describe = ({ title, note }) => (note === undefined ? title : `${title}: ${note}`)

/** @param {Client} client @param {Versions} versions */
const version = ({ language, packages }, versions) =>
  packages.map((name) => `${name} ${versions[language]?.[name] ?? 'unknown'}`).join(', ') || '–'

const escape = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

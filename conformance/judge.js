// What a run means: every cell of requirement × client is judged, and a cell without a run has failed.

/**
 * @typedef {{ id: string, says: string, from: string, clients: readonly string[] }} Requirement
 * @typedef {{ id: string, client: string, outcome: 'pass' | 'fail', detail: string, ms: number }} Result
 * @typedef {{ id: string, client: string, shows: string, because: string }} Expectation
 * @typedef {{
 *   id: string, client: string, verdict: 'pass' | 'expected' | 'fail' | 'skip', detail: string, because?: string,
 * }} Cell
 */

/**
 * Judges every cell of the manifest.
 * @param {readonly Requirement[]} requirements @param {readonly Result[]} results
 * @param {readonly Expectation[]} expectations @param {ReadonlySet<string>} run the clients that were run
 * @returns {Cell[]}
 */
export function judge(requirements, results, expectations, run) {
  const found = new Map(results.map((result) => [key(result), result]))
  const expected = new Map(expectations.map((expectation) => [key(expectation), expectation]))
  const cells = requirements.flatMap(({ id, clients }) =>
    clients.map((client) =>
      judgeOne(id, client, found.get(key({ id, client })), expected.get(key({ id, client })), run),
    ),
  )
  const known = new Set(cells.map(key))
  for (const each of expectations) {
    if (!known.has(key(each)))
      cells.push({
        id: each.id,
        client: each.client,
        verdict: 'fail',
        detail: 'an expected failure of nothing in the manifest',
      })
  }
  return cells
}

/** Names a cell. @param {{ id: string, client: string }} cell */
const key = ({ id, client }) => `${id} ${client}`

/**
 * @param {string} id @param {string} client @param {Result | undefined} result @param {Expectation | undefined} expectation
 * @param {ReadonlySet<string>} run @returns {Cell}
 */
function judgeOne(id, client, result, expectation, run) {
  if (!run.has(client)) return { id, client, verdict: 'skip', detail: '' }
  if (result === undefined) return { id, client, verdict: 'fail', detail: 'not run' }
  if (expectation === undefined) return { id, client, verdict: result.outcome, detail: result.detail }
  const { because } = expectation
  if (result.outcome === 'fail' && !result.detail.includes(expectation.shows)) {
    return { id, client, verdict: 'fail', detail: `failed in another way than expected: ${result.detail}` }
  }
  if (result.outcome === 'fail') return { id, client, verdict: 'expected', detail: result.detail, because }
  return { id, client, verdict: 'fail', detail: 'passed, although a failure is expected: the expectation is stale' }
}

/** Counts the cells; expected failures count as passed. @param {readonly Cell[]} cells */
export function count(cells) {
  const of = (/** @type {Cell['verdict']} */ verdict) => cells.filter((cell) => cell.verdict === verdict).length
  return { passed: of('pass') + of('expected'), expected: of('expected'), failed: of('fail'), skipped: of('skip') }
}

// Which rows hold for a shape, and which shapes an operation reaches.
import { verdictOf } from './types.js'

/** Stands in a row for every member that no other row names. */
export const others = '*'

/**
 * The rows of a shape, written out: those that it shares with another, and each member that `*` stands for.
 * @param {string} name
 * @param {Pick<import('./types.js').Manifest, 'shapes'>} manifest
 * @param {Pick<import('./types.js').ServiceModel, 'shapes'>} model
 * @returns {readonly import('./types.js').Row[]}
 */
export function rowsOf(name, manifest, model) {
  const { like, rows } = manifest.shapes[name] ?? { rows: [] }
  const own = new Set(rows.flatMap((row) => verdictOf(row)?.members ?? []))
  const known = model.shapes[name]
  const shared = like === undefined || like === name ? [] : rowsOf(like, manifest, model)
  const all = [
    ...rows,
    ...shared.map((row) =>
      only(row, (member) => !own.has(member) && (row.unmodelled || known === undefined || member in known)),
    ),
  ].filter((row) => verdictOf(row)?.members.length !== 0)
  const named = new Set(all.flatMap((row) => verdictOf(row)?.members ?? []))
  const rest = Object.keys(known ?? {}).filter((member) => !named.has(member))
  return all.map((row) => expand(row, rest))
}

/** @param {import('./types.js').Row} row @param {(member: string) => boolean} keeps */
function only(row, keeps) {
  const found = verdictOf(row)
  return found === undefined ? row : { ...row, [found.verdict]: found.members.filter(keeps) }
}

/** @param {import('./types.js').Row} row @param {readonly string[]} rest */
function expand(row, rest) {
  const found = verdictOf(row)
  if (found === undefined || !found.members.includes(others)) return row
  return { ...row, [found.verdict]: found.members.flatMap((member) => (member === others ? rest : [member])) }
}

/**
 * The shape that a type of the service model names, if any: lists and maps hold shapes, and words in lower case are none.
 * @param {string} type @returns {string | undefined}
 */
export function shapeIn(type) {
  return /^[[{]*([A-Z]\w*)/.exec(type)?.[1]
}

/**
 * All shapes that some shapes lead to, themselves first: what is absent leads nowhere.
 * @param {readonly string[]} names
 * @param {Pick<import('./types.js').Manifest, 'shapes'>} manifest
 * @param {Pick<import('./types.js').ServiceModel, 'shapes'>} model
 * @returns {readonly string[]}
 */
export function reach(names, manifest, model) {
  const reached = new Set(names)
  for (const name of reached) {
    for (const row of rowsOf(name, manifest, model)) {
      const found = verdictOf(row)
      if (found === undefined || found.verdict === 'absent' || row.whole) continue
      for (const member of found.members) {
        const inner = shapeIn(model.shapes[name]?.[member] ?? '')
        if (inner !== undefined) reached.add(inner)
      }
    }
  }
  return [...reached]
}

/**
 * @typedef {'exact' | 'approximate' | 'absent'} Verdict
 *
 * What is true of some members of a shape: they stand under their verdict.
 * @typedef {object} Row
 * @property {readonly string[]} [exact] as AWS: accepted, refused, answered and counted by the rule that is recorded of it
 * @property {readonly string[]} [approximate] served, and not proven or not meant to be the same
 * @property {readonly string[]} [absent] refused, without effect, or never sent
 * @property {string} [why] what differs; of exact members, what is worth knowing
 * @property {readonly string[]} [proof] ids of requirements, and `@names` of files
 * @property {true} [whole] holds for all that the members have inside
 * @property {true} [unmodelled] on the wire, though the service model does not name it
 *
 * @typedef {object} Shape
 * @property {string} [title] of a shape that no service model has
 * @property {string} [like] the shape whose rows hold for every member that is not named here
 * @property {readonly Row[]} rows
 *
 * @typedef {object} Operation
 * @property {string} name
 * @property {string} [path] of an operation that no service model has: its method and path
 * @property {string} [note]
 * @property {readonly string[]} request shapes
 * @property {readonly string[]} response shapes
 * @property {readonly string[]} [errors] of an operation that no service model has
 *
 * @typedef {object} Manifest
 * @property {Readonly<Record<string, string>>} files names of files that prove something
 * @property {readonly Row[]} everywhere what holds of every operation
 * @property {readonly Row[]} errors by name
 * @property {readonly Operation[]} operations
 * @property {Readonly<Record<string, Shape>>} shapes
 *
 * What AWS's own service model names, as `tools/read-service-model.js` took it over.
 * @typedef {object} ServiceModel
 * @property {Readonly<Record<string, ModelledOperation>>} operations those that are served
 * @property {Readonly<Record<string, readonly string[]>>} names of all operations, by service
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} shapes the type and place of each member
 *
 * @typedef {object} ModelledOperation
 * @property {string} service
 * @property {string} path method and path
 * @property {string} input
 * @property {string} output
 * @property {readonly string[]} errors
 */

/** @type {readonly Verdict[]} */
export const verdicts = ['exact', 'approximate', 'absent']

/**
 * The verdict of a row and the members that it is about; nothing where there is none, or more than one.
 * @param {Row} row @returns {{ verdict: Verdict, members: readonly string[] } | undefined}
 */
export function verdictOf(row) {
  const found = verdicts.filter((verdict) => row[verdict] !== undefined)
  const [verdict] = found
  return found.length === 1 && verdict !== undefined ? { verdict, members: row[verdict] ?? [] } : undefined
}

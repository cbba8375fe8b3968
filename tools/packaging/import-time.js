import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, spread } from '../../bench/lib.js'

const rounds = 15
/** What `@outcrop/client/transport` may take to import beyond an empty module. */
const mostMs = 40
/** A shared machine may be busy in one measurement; it is not in all of them. */
const attempts = 3

/**
 * How long the import of each door takes in a process of its own, beyond that of an empty module; interleaved runs.
 * @param {string} folder which has `node_modules` @returns {Promise<import('./size.js').Measured[]>}
 */
export async function measureImports(folder) {
  writeFileSync(join(folder, 'empty.mjs'), '')
  writeFileSync(
    join(folder, 'measure-import.mjs'),
    'const before = performance.now()\nawait import(process.argv[2])\nconsole.log(performance.now() - before)\n',
  )
  let measured = measureOnce(folder)
  for (let attempt = 1; attempt < attempts && measured.ms >= mostMs; attempt += 1) measured = measureOnce(folder)
  const faults = measured.ms < mostMs ? [] : [`${measured.ms.toFixed(1)} ms, the budget is ${mostMs} ms`]
  return [{ name: 'import of @outcrop/client/transport', figures: measured.figures, faults }]
}

/** @param {string} folder */
function measureOnce(folder) {
  const doors = ['@outcrop/client/transport', '@outcrop/client', '@outcrop/client/node', '@outcrop/client/cost']
  const floors = []
  const runs = doors.map(() => /** @type {number[]} */ ([]))
  for (let round = 0; round < rounds; round += 1) {
    floors.push(importMs(folder, './empty.mjs'))
    for (const [index, door] of doors.entries()) runs[index]?.push(importMs(folder, door) - (floors.at(-1) ?? 0))
  }
  const figures = doors.map(
    (door, index) => `${door}: ${median(runs[index] ?? []).toFixed(1)} ms (${spread(runs[index] ?? [])})`,
  )
  return {
    ms: median(runs[0] ?? []),
    figures: [
      `beyond an empty module's ${median(floors).toFixed(1)} ms, median and range of ${rounds} processes:`,
      ...figures,
    ],
  }
}

/** @param {string} folder @param {string} specifier */
function importMs(folder, specifier) {
  return Number(execFileSync(process.execPath, ['measure-import.mjs', specifier], { cwd: folder, encoding: 'utf8' }))
}

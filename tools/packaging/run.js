// `npm run packaging`: packs what would be published and looks at it as a stranger gets it: manifests, types, the surface
// of the client's doors, its size and the time of its import. `--update` writes the surface anew: a change of it is a promise.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareSurface, writeSurface } from './api-surface.js'
import { measureImports } from './import-time.js'
import { lintManifest } from './lint-manifest.js'
import { addPeer, packPackages } from './pack.js'
import { measureSizes } from './size.js'
import { findTypeFaults } from './types.js'

const { values: given } = parseArgs({ options: { update: { type: 'boolean' } } })
if (given.update === true) writeSurface()

const folder = mkdtempSync(join(tmpdir(), 'outcrop-packaging-'))
let passed = 0
let failed = 0
try {
  const packages = packPackages(['protocol', 'client'], folder)
  addPeer(folder)
  for (const packed of packages) {
    report(`manifest of ${packed.name}`, await lintManifest(packed))
    report(`types of ${packed.name}`, await findTypeFaults(packed))
  }
  for (const [door, faults] of compareSurface()) report(`surface of ${door}`, faults)
  for (const { name, figures, faults } of await measureSizes(folder)) report(name, faults, figures)
  for (const { name, figures, faults } of await measureImports(folder)) report(name, faults, figures)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`packaging: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** @param {string} name @param {readonly string[]} faults @param {readonly string[]} figures */
function report(name, faults, figures = []) {
  if (faults.length === 0) passed += 1
  else failed += 1
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  for (const line of [...figures, ...faults]) console.log(`       ${line}`)
}

// `npm run docs`: writes the pages of docs/ that are made from data.
import { writeFileSync } from 'node:fs'
import { findFaults } from './differences/find-faults.js'
import { makePage } from './differences/make-page.js'
import { pagePath, readManifest, readWorld } from './differences/read-world.js'

const manifest = readManifest()
const world = readWorld()
const faults = findFaults(manifest, world)
for (const fault of faults) console.error(fault)
if (faults.length === 0) writeFileSync(pagePath, makePage(manifest, world))
process.exitCode = faults.length === 0 ? 0 : 1

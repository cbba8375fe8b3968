import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** @typedef {{ name: string, tarball: Uint8Array, folder: string }} Packed */

/**
 * Packs packages of the workspace and unpacks them below `node_modules` of a folder, as an installation would.
 * @param {readonly string[]} names @param {string} folder @returns {Packed[]}
 */
export function packPackages(names, folder) {
  return names.map((name) => packOne(name, folder))
}

/** Puts the client's peer beside what was unpacked. @param {string} folder */
export function addPeer(folder) {
  const peer = join('node_modules', '@anthropic-ai', 'sdk')
  mkdirSync(dirname(join(folder, peer)), { recursive: true })
  symlinkSync(join(root, peer), join(folder, peer))
}

/** @param {string} name @param {string} folder @returns {Packed} */
function packOne(name, folder) {
  const listed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '-w', `packages/${name}`],
    { cwd: root, encoding: 'utf8' },
  )
  const [{ filename, name: full }] = JSON.parse(listed)
  const into = join(folder, 'node_modules', full)
  mkdirSync(into, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', into])
  return { name: full, tarball: readFileSync(join(folder, filename)), folder: into }
}

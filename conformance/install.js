// Puts the pinned clients into conformance/.work, apart from the workspace, and reads their versions.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd } from './process.js'

const here = import.meta.dirname

/**
 * @typedef {{ folder: string, python: string, aws: string, versions: Record<string, string> }} Installed
 */

/**
 * Installs what is missing or no longer what the lock files say.
 * @param {{ latest: boolean }} options @returns {Promise<Installed>}
 */
export async function installClients({ latest }) {
  const folder = join(here, '.work', latest ? 'latest' : 'pinned')
  const [node, python] = await Promise.all([installNode(folder, latest), installPython(folder, latest)])
  return {
    folder,
    python: join(folder, 'venv', 'bin', 'python'),
    aws: join(folder, 'venv', 'bin', 'aws'),
    versions: { ...node, ...python },
  }
}

/** @param {string} folder @param {boolean} latest */
async function installNode(folder, latest) {
  const source = join(here, 'clients', 'typescript')
  const into = join(folder, 'typescript')
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const names = Object.keys(manifest.dependencies)
  mkdirSync(into, { recursive: true })
  cpSync(source, into, { recursive: true })
  if (latest) {
    manifest.dependencies = Object.fromEntries(names.map((name) => [name, 'latest']))
    writeFileSync(join(into, 'package.json'), JSON.stringify(manifest))
    rmSync(join(into, 'package-lock.json'), { force: true })
  }
  const lock = latest ? String(Date.now()) : readFileSync(join(into, 'package-lock.json'), 'utf8')
  await once(into, lock, () =>
    runToEnd('npm', [latest ? 'install' : 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: into }),
  )
  const versions = [...names, '@anthropic-ai/sdk'].map((name) => {
    const { version } = JSON.parse(readFileSync(join(into, 'node_modules', name, 'package.json'), 'utf8'))
    return [name, version]
  })
  return Object.fromEntries(versions)
}

/** @param {string} folder @param {boolean} latest */
async function installPython(folder, latest) {
  const source = join(here, 'clients', 'python')
  const into = join(folder, 'python')
  const venv = join(folder, 'venv')
  mkdirSync(into, { recursive: true })
  cpSync(source, into, { recursive: true })
  const requirements = latest
    ? readFileSync(join(source, 'requirements.in'), 'utf8').replace(/==.*$/gm, '')
    : readFileSync(join(source, 'requirements.txt'), 'utf8')
  const pip = join(venv, 'bin', 'pip')
  await once(venv, latest ? String(Date.now()) : requirements, async () => {
    rmSync(venv, { recursive: true, force: true })
    await runToEnd('python3', ['-m', 'venv', venv])
    const file = join(into, latest ? 'latest.txt' : 'requirements.txt')
    writeFileSync(file, requirements)
    const exactly = latest ? ['--upgrade'] : ['--require-hashes', '--no-deps']
    await runToEnd(pip, ['install', '--quiet', '--disable-pip-version-check', ...exactly, '-r', file])
  })
  const listed = JSON.parse(await runToEnd(pip, ['list', '--format', 'json', '--disable-pip-version-check']))
  return Object.fromEntries(
    listed.map((/** @type {{ name: string, version: string }} */ { name, version }) => [name, version]),
  )
}

/**
 * Does the work unless it was done to the end before for the same lock.
 * @param {string} folder @param {string} lock @param {() => Promise<unknown>} work
 */
async function once(folder, lock, work) {
  const stamp = `${folder}.installed`
  const hash = createHash('sha256').update(lock).update(process.version).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  rmSync(stamp, { force: true })
  await work()
  writeFileSync(stamp, hash)
}

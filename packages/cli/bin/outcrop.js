#!/usr/bin/env node
// The committed door of the CLI. In a fresh checkout there is nothing compiled behind it yet, so it compiles once, and
// says so on standard error only: standard output belongs to the command, as in eval "$(npx outcrop env)".
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../', import.meta.url)
const main = new URL('../dist/main.js', import.meta.url)
const compiler = new URL('node_modules/typescript/bin/tsc', root)
const lock = fileURLToPath(new URL('node_modules/.outcrop-build', root))
const inCheckout =
  existsSync(new URL('packages/protocol/src/index.ts', root)) && existsSync(new URL('tsconfig.json', root))

/** @param {string} message @returns {never} */
function refuse(message) {
  process.stderr.write(`outcrop: ${message}\n`)
  process.exit(1)
}

/** The compiler writes its record last, and the bundle comes by its name whole: what has them is complete. */
function isBuilt() {
  if (!inCheckout) return existsSync(main)
  const last = ['protocol', 'client', 'server', 'cli'].map((name) => `packages/${name}/dist/.tsbuildinfo`)
  return [...last, 'packages/client/dist/bundle'].every((path) => existsSync(new URL(path, root)))
}

/** Compiles, or waits for another process that already does. */
async function build() {
  const { spawnSync } = await import('node:child_process')
  if (!existsSync(compiler)) refuse('this checkout has no dependencies yet: run "npm ci" first')
  const giveUp = Date.now() + 120_000
  while (!isBuilt()) {
    try {
      mkdirSync(lock)
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > 120_000) rmSync(lock, { recursive: true, force: true })
      if (Date.now() > giveUp) refuse(`another build has not ended: remove ${lock} and run "npm run build"`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
      continue
    }
    process.stderr.write('outcrop: compiling, once for this checkout\n')
    const commands = [
      [fileURLToPath(compiler), '-b', fileURLToPath(root)],
      [fileURLToPath(new URL('tools/bundle-client.js', root))],
    ]
    const isDone = commands.every(
      (command) => spawnSync(process.execPath, command, { stdio: ['ignore', 2, 2] }).status === 0,
    )
    rmSync(lock, { recursive: true, force: true })
    if (!isDone || !isBuilt()) refuse('the checkout does not compile: "npm run build" says why')
  }
}

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  refuse(`this needs Node ${engines.node}, and this is ${process.version}`)
if (!isBuilt()) {
  if (!inCheckout) refuse('this installation is incomplete: install the package "outcrop" again')
  await build()
}

const { main: run } = await import(main.href)
const exitCode = await run(process.argv.slice(2))
// What was written leaves before the process does; nothing that is still open may keep it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))

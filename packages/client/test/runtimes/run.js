// `npm run runtimes`: the same small suite in every runtime that is at hand, as installed from what would be published, against
// an endpoint in strict mode. What is not at hand is skipped and says why.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultConfig, startServer } from '@outcrop/server'
import { installLocked } from '../../../../tools/install-locked.js'
import { addPeer, packPackages } from '../../../../tools/packaging/pack.js'
import { findChromium, runInChromium, servePage } from './chromium.js'
import { runInWorkerd } from './workerd.js'

const here = import.meta.dirname
const run = promisify(execFile)
/** npm installs a runtime only where it can run. */
const unavailable = 'npm has this runtime for Linux on x64 only'
const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const apiKey = 'ABSKruntimes-of-the-client-are-called-with-this-key'

installLocked(here)
const folder = mkdtempSync(join(tmpdir(), 'outcrop-runtimes-'))
const counts = { pass: 0, fail: 0, skip: 0 }
packPackages(['protocol', 'client'], folder)
addPeer(folder)
for (const name of readdirSync(here))
  if (/^(suite|\w+-entry)\.js$/.test(name)) cpSync(join(here, name), join(folder, name))
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
const page = await servePage(folder)
const servers = [await serve(0), await serve(2)]
const [url, slowUrl] = servers.map(({ port }) => `http://127.0.0.1:${port}`)
const world = { url, slowUrl, keys, apiKey }

/** @type {Readonly<Record<string, () => Promise<{ version: string, results: import('./suite.js').Result[] } | string>>>} */
const runtimes = {
  'Node 20': () => inProcess('node20/bin/node', []),
  'Node 22': () => inProcess('node22/bin/node', []),
  'Node 24': () => inProcess('node24/bin/node', []),
  Deno: () =>
    inProcess('@deno/linux-x64-glibc/deno', ['run', '--allow-all', '--no-remote', '--node-modules-dir=manual']),
  Bun: () => inProcess('@oven/bun-linux-x64-baseline/bin/bun', []),
  workerd: async () => {
    const binary = binaryOf('@cloudflare/workerd-linux-64/bin/workerd')
    if (binary === undefined) return unavailable
    return { version: await versionOf(binary), results: await runInWorkerd({ binary, folder, world }) }
  },
  Chromium: async () => {
    const executablePath = findChromium()
    if (executablePath === undefined) return 'no Chromium or Chrome is installed on this machine'
    return runInChromium({ executablePath, origin: page.origin, world })
  },
}

try {
  for (const [name, start] of Object.entries(runtimes)) await show(name, start)
} finally {
  for (const server of servers) await server.close(0)
  page.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`runtimes: ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`)
process.exit(counts.fail === 0 && counts.pass > 0 ? 0 : 1)

/** Strict, open to the page, and as slow as told. @param {number} tokensPerSecond */
function serve(tokensPerSecond) {
  const { awsAccessKey: accessKeyId, awsSecretKey: secretAccessKey } = keys
  return startServer({
    ...defaultConfig,
    listen: { host: '127.0.0.1', port: 0 },
    cors: { origins: [page.origin] },
    fidelity: 'aws',
    auth: {
      mode: 'strict',
      credentials: [
        { user: 'runtimes', accessKeyId, secretAccessKey },
        { user: 'runtimes', bearer: apiKey },
      ],
    },
    simulator: { ...defaultConfig.simulator, tokensPerSecond, firstTokenMs: tokensPerSecond === 0 ? 0 : 1000 },
  })
}

/** @param {string} name @param {() => Promise<{ version: string, results: import('./suite.js').Result[] } | string>} start */
async function show(name, start) {
  const tried = await start().catch((error) => ({
    version: '',
    results: [
      { name: 'it starts', outcome: /** @type {const} */ ('fail'), detail: String(error.stderr ?? error.stack) },
    ],
  }))
  if (typeof tried === 'string') {
    counts.skip += 1
    console.log(`skip ${name}: ${tried}`)
    return
  }
  const { version, results } = tried
  const passed = results.filter(({ outcome }) => outcome === 'pass').length
  for (const { outcome } of results) counts[outcome] += 1
  console.log(
    `${results.some(({ outcome }) => outcome === 'fail') ? 'FAIL' : 'ok  '} ${name} ${version}: ${passed} of ${results.length}`,
  )
  for (const result of results) {
    if (result.outcome !== 'pass') console.log(`       ${result.outcome} ${result.name}: ${result.detail}`)
  }
}

/** @param {string} path */
function binaryOf(path) {
  const binary = join(here, 'node_modules', path)
  return existsSync(binary) ? binary : undefined
}

/** @param {string} binary */
async function versionOf(binary) {
  const { stdout } = await run(binary, ['--version'])
  return /\d[\d.-]+\d/.exec(stdout)?.[0] ?? '?'
}

/** @param {string} path @param {readonly string[]} args */
async function inProcess(path, args) {
  const binary = binaryOf(path)
  if (binary === undefined) return unavailable
  const { stdout } = await run(binary, [...args, 'process-entry.js', JSON.stringify(world)], {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      DENO_DIR: join(folder, '.deno'),
      AWS_ACCESS_KEY_ID: keys.awsAccessKey,
      AWS_SECRET_ACCESS_KEY: keys.awsSecretKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  })
  return { version: await versionOf(binary), results: JSON.parse(stdout) }
}

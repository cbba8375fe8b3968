// `npm run conformance`: builds, installs the pinned clients, starts endpoints, runs every client, and judges.
//   --only CLIENT[,CLIENT]        run some clients (the others are skipped, and REPORT.md stays as it is)
//   --requirement ID[,ID]         run some requirements (likewise)
//   --latest                      the newest versions of the clients; gates nothing, and reports into .work
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { clients } from './clients.js'
import { startEndpoints } from './endpoints.js'
import { writeFixtures } from './fixtures.js'
import { installClients } from './install.js'
import { count, judge } from './judge.js'
import { cleanEnvironment, runToEnd } from './process.js'
import { writeReport } from './report.js'
import { openS3, withoutS3 } from './s3.js'

/**
 * @typedef {import('./judge.js').Requirement} Requirement
 * @typedef {import('./judge.js').Result} Result
 */

const here = import.meta.dirname
const root = join(here, '..')
const bin = join(root, 'packages', 'cli', 'bin', 'outcrop.js')

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    requirement: { type: 'string' },
    latest: { type: 'boolean', default: false },
  },
})
const { latest } = values
const chosen = new Set(values.only?.split(',') ?? clients.map(({ id }) => id))
for (const id of chosen) {
  if (!clients.some((client) => client.id === id)) {
    console.error(`No client is called ${id}. There are: ${clients.map((client) => client.id).join(', ')}`)
    process.exit(2)
  }
}
const wanted = values.requirement?.split(',')

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(join(here, file), 'utf8'))
/** @type {Requirement[]} */
const every = readJson('requirements.json').requirements
const requirements = every.filter(({ id }) => wanted === undefined || wanted.includes(id))
/** @type {import('./judge.js').Expectation[]} */
const expectations = readJson('expected-failures.json').filter(
  (/** @type {{ id: string }} */ { id }) => wanted === undefined || wanted.includes(id),
)

const step = (/** @type {string} */ text) => console.log(text)

step('building')
await runToEnd('npm', ['run', '--silent', 'build'], { cwd: root })
step(`installing clients (${latest ? 'newest' : 'pinned'})`)
const languages = new Set(clients.filter(({ id }) => chosen.has(id)).map(({ language }) => language))
const installed = await installClients({ latest, languages })
mkdirSync(join(installed.folder, 'run'), { recursive: true })
step('starting endpoints')
const isBatchAsked = requirements.some(
  (each) => each.id.startsWith('batch.') && each.clients.some((id) => chosen.has(id)),
)
const s3 = isBatchAsked ? await openS3() : withoutS3('nobody was asked for batch jobs')
const { target, stop } = await startEndpoints(bin, join(installed.folder, 'run'), s3.target).catch(async (error) => {
  await s3.stop()
  throw error
})
const targetFile = join(installed.folder, 'run', 'target.json')
const tools = { node: process.execPath, python: installed.python, aws: installed.aws, outcrop: bin }
const fixtures = writeFixtures(join(installed.folder, 'run'))
writeFileSync(targetFile, JSON.stringify({ ...target, fixtures, tools }, undefined, 2), { mode: 0o600 })

/** @type {Result[]} */
const results = []
// The AWS CLI starts a process for every call and takes longest, so it starts first.
const queue = clients
  .filter(({ id }) => chosen.has(id))
  .sort((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false))

/** What a requirement shows whose client could not start, or ended early. @param {string} id @param {string} client @param {string} why @returns {Result} */
const neverRun = (id, client, why) => ({ id, client, outcome: 'fail', detail: `not run: ${why.slice(0, 300)}`, ms: 0 })

/** Runs one client in a process of its own. @param {import('./clients.js').Client} client */
async function runClient({ id, language, script }) {
  const asked = requirements
    .filter((requirement) => requirement.clients.includes(id))
    .map((requirement) => requirement.id)
  if (asked.length === 0) return
  const { command, args, folder } = installed.runners[language]
  const started = performance.now()
  /** @type {Result[]} */
  const own = []
  let complaint = installed.complaints[language] ?? ''
  try {
    if (complaint !== '') throw new Error(complaint)
    await runToEnd(command, args(script), {
      cwd: folder,
      env: cleanEnvironment({
        CONFORMANCE_TARGET: targetFile,
        CONFORMANCE_IDS: asked.join(','),
        CONFORMANCE_CLIENT: id,
        // Node and Python's clients look for more authorities here, and only when they start.
        NODE_EXTRA_CA_CERTS: target.ca,
        AWS_CA_BUNDLE: target.ca,
        SSL_CERT_FILE: target.ca,
      }),
      limitMs: 900_000,
      onLine: (line) => {
        if (line.startsWith('{"id"')) own.push(JSON.parse(line))
      },
    })
  } catch (error) {
    complaint = error instanceof Error ? error.message : String(error)
  }
  const silent = asked.filter((each) => own.every((result) => result.id !== each))
  results.push(...own)
  if (complaint !== '') results.push(...silent.map((each) => neverRun(each, id, complaint)))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const failed = own.filter(({ outcome }) => outcome === 'fail').length
  step(`  ${id}: ${own.length} of ${asked.length} run, ${failed} without success (${seconds} s)`)
  if (complaint !== '') step(`  ${id}: ${complaint}`)
}

try {
  const lanes = Math.max(1, Math.min(3, cpus().length))
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let client = queue.shift(); client !== undefined; client = queue.shift()) await runClient(client)
    }),
  )
} finally {
  await stop()
  await s3.stop()
}

const cells = judge(requirements, results, expectations, chosen)
for (const { id, client, verdict, detail, because } of cells) {
  if (verdict === 'fail') console.log(`FAIL ${id} · ${client}: ${detail}`)
  if (verdict === 'expected') console.log(`expected ${id} · ${client}: ${because}`)
}
const whole = values.only === undefined && wanted === undefined
if (latest || whole) {
  const file = latest ? join(here, '.work', 'REPORT-latest.md') : join(here, 'REPORT.md')
  writeFileSync(file, writeReport(requirements, cells, clients, installed.versions))
  step(`written: ${relative(root, file)}`)
}
const { passed, failed, skipped } = count(cells)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 && !latest ? 1 : 0

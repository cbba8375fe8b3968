// How soon a test has its endpoint: `startOutcrop` in process, beside a bare node:http server that listens.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median, spread } from './lib.js'

const rounds = 9
/** What the testkit promises of a start, whatever else it takes to load it. */
const mostMs = 100
const program = fileURLToPath(new URL('./servers/testkit.js', import.meta.url))
const run = promisify(execFile)

/** @returns {Promise<string[]>} a table in Markdown; the exit code says whether the promise was kept */
export async function benchTestkit() {
  const floors = []
  const runs = []
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await listenMs())
    const { stdout } = await run(process.execPath, [program])
    runs.push(JSON.parse(stdout))
  }
  const of = (name) => runs.map((one) => one[name])
  const isKept = median(of('first')) < mostMs
  if (!isKept) process.exitCode = 1
  return [
    `\`startOutcrop()\` in ${rounds} processes of its own, five times in each.`,
    '',
    '| | milliseconds |',
    '|---|---|',
    row('bare node:http, until it listens', floors),
    row('import of `@outcrop/testkit`, once a process', of('load')),
    row('first `startOutcrop()`', of('first')),
    row('the next ones', of('next')),
    '',
    `A start within ${mostMs} ms: ${isKept ? 'met' : '**missed**'}.`,
  ]
}

const row = (name, values) => `| ${name} | ${median(values).toFixed(1)} (${spread(values)}) |`

async function listenMs() {
  const before = performance.now()
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ms = performance.now() - before
  server.close()
  return ms
}

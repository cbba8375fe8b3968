// How soon the built command answers after its process starts, and what it holds when idle.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, spread } from './lib.js'

const rounds = 9
const bin = fileURLToPath(new URL('../packages/cli/bin/outcrop.js', import.meta.url))
const floor = fileURLToPath(new URL('./servers/bare.js', import.meta.url))

/** @returns {Promise<string[]>} a table in Markdown */
export async function benchStart() {
  const floors = []
  const ours = []
  const ephemeral = []
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-bench-'))
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await measure([floor]))
    ours.push(await measure([bin, 'serve', '--port', '0', '--data', join(folder, String(round))]))
    ephemeral.push(await measure([bin, 'serve', '--port', '0', '--ephemeral']))
  }
  rmSync(folder, { recursive: true })
  return [
    `From process start to the first answered request, and resident memory one second later; ${rounds} interleaved runs.`,
    '',
    '| | first answer (ms) | resident, idle (MB) |',
    '|---|---|---|',
    row('bare node:http', floors),
    row('outcrop serve', ours),
    row('outcrop serve --ephemeral', ephemeral),
  ]
}

const row = (name, runs) => {
  const ms = runs.map((run) => run.ms)
  const mb = runs.map((run) => run.mb)
  return `| ${name} | ${median(ms).toFixed(0)} (${spread(ms, 0)}) | ${median(mb).toFixed(1)} (${spread(mb)}) |`
}

async function measure(args) {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await new Promise((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += chunk
        const found = /listening on (http:\S+)/.exec(text)
        if (found !== null) resolve(found[1])
      })
      child.once('exit', () => reject(new Error('ended before it listened')))
    })
    const response = await fetch(`${url}/healthz`)
    await response.arrayBuffer()
    const ms = performance.now() - started
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return { ms, mb: resident(child.pid) }
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
}

/** Megabytes of 1,048,576 bytes, as the kernel counts them. */
function resident(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

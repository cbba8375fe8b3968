// What our client costs beside Anthropic's `AnthropicBedrock`, and beside Anthropic's unsigned SDK as the floor of both.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installLocked } from '../tools/install-locked.js'
import { makePdf } from './large-requests.js'
import { credential, median, spread, startServerProcess } from './lib.js'

const peers = join(import.meta.dirname, 'peers')
const work = join(import.meta.dirname, '.work', 'client')
const kinds = /** @type {const} */ (['core', 'official', 'outcrop'])
const names = { core: '@anthropic-ai/sdk, unsigned', official: '@anthropic-ai/bedrock-sdk', outcrop: '@outcrop/client' }

/** @returns {Promise<string[]>} tables in Markdown */
export async function benchClient() {
  installLocked(peers)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const server = await startServerProcess('./servers/claude.js')
  const url = `http://127.0.0.1:${server.port}`
  try {
    return [
      ...(await benchLarge(url)),
      ...(await benchProfile(url, 'a shell script that prints a file')),
      ...(await benchProfile(url, 'a Node program that prints a file')),
      ...(await benchSmall(url)),
      ...(await benchStream(url)),
      ...(await benchMemory(url)),
    ]
  } finally {
    await server.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

async function benchLarge(url) {
  const file = join(work, 'large.json')
  const messages = [
    { role: 'user', content: [...Array.from({ length: 4 }, pdf), { type: 'text', text: 'Compare them.' }] },
  ]
  writeFileSync(file, JSON.stringify(messages))
  const runs = await interleave(url, { task: 'large', rounds: 9, warmUp: 3, args: [file] })
  return [
    `A request of ${(readFileSync(file).length / 1e6).toFixed(1)} MB (four PDFs) with SigV4, ${runs.core.length} interleaved runs.`,
    '',
    ...table(runs, 1),
    '',
    ...ratios(runs, 'ms', 'wall time, official ÷ ours', 4),
    ...added(runs, 10),
    '',
  ]
}

const pdf = () => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: makePdf(10, 2_600_000).toString('base64') },
})

/** A shell script is the cheapest program there is; what people use takes a runtime to start, Python's or this one, at least. */
const programs = {
  'a shell script that prints a file': {
    name: 'credentials.sh',
    write: (answer, counter) => `#!/bin/sh\nprintf x >> '${counter}'\ncat '${answer}'\n`,
  },
  'a Node program that prints a file': {
    name: 'credentials.mjs',
    write: (answer, counter) =>
      `#!${process.execPath}\nimport { appendFileSync, readFileSync } from 'node:fs'\nappendFileSync('${counter}', 'x')\nprocess.stdout.write(readFileSync('${answer}'))\n`,
  },
}

/** Two hundred requests, one after the other, whose credentials come from a program. @param {keyof typeof programs} program */
async function benchProfile(url, program) {
  const requests = 200
  const rounds = 5
  const counter = join(work, 'runs')
  const environment = writeProfile(counter, programs[program])
  const runs = { core: [], official: [], outcrop: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of kinds) {
      writeFileSync(counter, '')
      const client = await startClient(kind, url, [], environment)
      const taken = await client.ask({ task: 'inTurn', count: requests })
      runs[kind].push({ ...taken, result: readFileSync(counter, 'utf8').length })
      await client.stop()
    }
  }
  return [
    `${requests} requests, one after the other, on a profile with \`credential_process\`; a new process in each of ${rounds} interleaved runs.`,
    `The program is ${program}.`,
    '',
    '| | runs of the program | wall time (ms) | CPU, without the program (ms) |',
    '|---|---|---|---|',
    ...kinds.map((kind) => {
      const counts = [...new Set(runs[kind].map(({ result }) => result))].join(', ')
      return `| ${names[kind]} | ${kind === 'core' ? '' : counts} | ${figure(runs[kind], 'ms', 0)} | ${figure(runs[kind], 'cpuMs', 0)} |`
    }),
    '',
    ...ratios(runs, 'ms', 'wall time, official ÷ ours', 10),
    '',
  ]
}

/** @param {string} counter @param {{ name: string, write: (answer: string, counter: string) => string }} program */
function writeProfile(counter, { name, write }) {
  const answer = join(work, 'credentials.json')
  const program = join(work, name)
  const config = join(work, 'config')
  const expiration = new Date(Date.now() + 3_600_000).toISOString()
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = credential
  writeFileSync(
    answer,
    JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken: 'token', Expiration: expiration }),
  )
  writeFileSync(program, write(answer, counter))
  chmodSync(program, 0o755)
  writeFileSync(config, `[profile mills]\nregion = us-west-2\ncredential_process = ${program}\n`)
  return { AWS_PROFILE: 'mills', AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(work, 'none') }
}

async function benchSmall(url) {
  const count = 2000
  const runs = await interleave(url, { task: 'small', count, rounds: 9, warmUp: 4 })
  return [
    `Requests of 2 KB with SigV4, 16 at a time, ${count} a run, ${runs.core.length} interleaved runs; figures are of one request.`,
    '',
    ...table(runs, count, 'µs'),
    '',
    ...added(runs, 2),
    '',
  ]
}

async function benchStream(url) {
  const runs = await interleave(`${url}/events/10000`, { task: 'stream', rounds: 11, warmUp: 5 })
  return [
    `A stream of ${runs.official[0].result} events, read to its end by \`messages.create({ stream: true })\`; ${runs.core.length} interleaved runs. The floor reads server-sent events, the others frames.`,
    '',
    ...table(runs, 1),
    '',
    ...ratios(runs, 'ms', 'wall time, official ÷ ours', 4),
    ...ratios(runs, 'cpuMs', 'CPU, official ÷ ours', 4),
    '',
  ]
}

async function benchMemory(url) {
  const lines = ['The most that is alive while a stream is read, beyond what was before it (MB).', '']
  lines.push('| | 10,000 events | 100,000 events |', '|---|---|---|')
  for (const kind of kinds) {
    const cells = []
    for (const events of [10_000, 100_000]) {
      const client = await startClient(kind, `${url}/events/${events}`)
      await client.ask({ task: 'stream' })
      const rounds = []
      for (let round = 0; round < 3; round += 1) rounds.push((await client.ask({ task: 'memory' })).bytes / 1e6)
      cells.push(`${median(rounds).toFixed(2)} (${spread(rounds, 2)})`)
      await client.stop()
    }
    lines.push(`| ${names[kind]} | ${cells.join(' | ')} |`)
  }
  return lines
}

/** Every client in a process of its own, one run of each in turn; one client at a time works. */
async function interleave(url, { task, count, rounds, warmUp, args = [] }) {
  const clients = []
  for (const kind of kinds) clients.push(await startClient(kind, url, args))
  const runs = { core: [], official: [], outcrop: [] }
  try {
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const { kind, ask } of clients) {
        const taken = await ask({ task, count })
        if (round >= 0) runs[kind].push(taken)
      }
    }
  } finally {
    for (const client of clients) await client.stop()
  }
  return runs
}

const keys = { AWS_ACCESS_KEY_ID: credential.accessKeyId, AWS_SECRET_ACCESS_KEY: credential.secretAccessKey }

/** A client in a process of its own, which knows nothing of this machine's AWS settings. */
async function startClient(kind, url, args = [], environment = keys) {
  const child = fork(join(peers, `${kind}.js`), [url, ...args], {
    execArgv: ['--expose-gc', ...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [])],
    env: { PATH: process.env.PATH, HOME: work, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const next = () =>
    Promise.race([
      once(child, 'message').then(([message]) => message),
      ended.then(() => Promise.reject(new Error(`the process of ${kind} ended`))),
    ])
  await next()
  return {
    kind,
    ask: (task) => {
      const answered = next()
      child.send(task)
      return answered
    },
    stop: async () => {
      child.disconnect()
      await ended
    },
  }
}

const column = (runs, name) => runs.map((run) => run[name])

const figure = (runs, name, digits = 1, scale = 1) => {
  const values = column(runs, name).map((value) => value * scale)
  return `${median(values).toFixed(digits)} (${spread(values, digits)})`
}

/** Wall time and CPU of one of so many requests. @param {'ms' | 'µs'} unit */
function table(runs, count, unit = 'ms') {
  const scale = (unit === 'µs' ? 1000 : 1) / count
  const digits = unit === 'µs' ? 0 : 1
  return [
    `| | wall time (${unit}) | CPU (${unit}) | CPU added over the floor (${unit}) |`,
    '|---|---|---|---|',
    ...kinds.map((kind) => {
      const over = median(addedTo(runs, kind)) * scale
      const last = kind === 'core' ? '' : over.toFixed(digits)
      return `| ${names[kind]} | ${figure(runs[kind], 'ms', digits, scale)} | ${figure(runs[kind], 'cpuMs', digits, scale)} | ${last} |`
    }),
  ]
}

const addedTo = (runs, kind) => runs[kind].map(({ cpuMs }, round) => cpuMs - runs.core[round].cpuMs)

/** The ratio of each round, beside what was promised. */
function ratios(runs, name, label, promised) {
  const values = runs.official.map((run, round) => run[name] / runs.outcrop[round][name])
  return [verdict(label, median(values), promised, `${spread(values, 1)} in single rounds`)]
}

/** By how much less is added to the floor; medians are compared, because a single round's difference may be nothing. */
function added(runs, promised) {
  const [official, ours] = [median(addedTo(runs, 'official')), median(addedTo(runs, 'outcrop'))]
  const ratio = ours <= 0 ? Infinity : official / ours
  return [verdict('CPU added over the floor, official ÷ ours', ratio, promised, 'of the medians')]
}

const verdict = (label, value, promised, range) =>
  `- ${label}: ${value === Infinity ? 'ours adds nothing' : `${value.toFixed(1)} times`} (${range}); at least ${promised}: ${value >= promised ? 'met' : '**missed**'}`

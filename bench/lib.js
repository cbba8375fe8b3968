import { fork } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Lowest and highest, for the reader who wants to see the noise. @param {readonly number[]} values @param {number} digits */
export function spread(values, digits = 1) {
  return `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`
}

/**
 * A server in a process of its own, which answers questions about its CPU and memory.
 * @param {string} file
 * @param {readonly string[]} args
 */
export async function startServerProcess(file, args = []) {
  const child = fork(new URL(file, import.meta.url), args, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ask = async (question) => {
    const answered = once(child, 'message')
    child.send(question)
    const [answer] = await answered
    return answer
  }
  const [{ port }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} did not start`))),
  ])
  return {
    port,
    pid: child.pid,
    /** The longest that the event loop was held since the last time of asking, in milliseconds. @returns {Promise<number>} */
    held: () => ask('held'),
    /** Microseconds of CPU that the process has used, user and system. @returns {Promise<number>} */
    cpu: () => ask('cpu'),
    /** What the process holds after a collection. @returns {Promise<Held>} */
    memory: () => ask('memory'),
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The other end of `startServerProcess`: called in the server's process once it listens. @param {number} port */
export function answerQuestions(port) {
  let loop
  process.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send(user + system)
    } else if (question === 'held') {
      process.send(loop === undefined ? 0 : loop.max / 1e6)
      loop ??= monitorEventLoopDelay({ resolution: 1 })
      loop.enable()
      loop.reset()
    } else void collectGarbage().then(() => process.send(held()))
  })
  process.send({ port })
}

/**
 * Bytes resident, bytes alive on the heap, bytes that live objects hold outside of it, and what keeps the process running
 * by kind. Only the first counts pages that the allocator keeps for later.
 * @typedef {{rss: number, heap: number, external: number, resources: Record<string, number>}} Held
 * @returns {Held}
 */
function held() {
  const { rss, heapUsed, external } = process.memoryUsage()
  const resources = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return { rss, heap: heapUsed, external, resources }
}

/** Several rounds: what one collection lets go of is freed by the next. */
async function collectGarbage() {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc()
    await delay(50)
  }
}

export const credential = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

const sha256 = (data) => createHash('sha256').update(data).digest('hex')
const hmac = (key, data) => createHmac('sha256', key).update(data).digest()

/**
 * Signs a POST with Signature Version 4, written here apart from the product so that the bench cannot share its mistakes.
 * @param {{authority: string, authorityName: 'host' | ':authority', path: string, body: string}} request
 */
export function signedHeaders({ authority, authorityName, path, body }) {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const scope = `${day}/us-west-2/bedrock/aws4_request`
  const names = authorityName === 'host' ? 'content-type;host;x-amz-date' : ':authority;content-type;x-amz-date'
  const lines = {
    ':authority': authority,
    'content-type': 'application/json',
    host: authority,
    'x-amz-date': date,
  }
  const canonical = [
    'POST',
    path.replaceAll('%', '%25').replaceAll(':', '%3A'),
    '',
    ...names.split(';').map((name) => `${name}:${lines[name]}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  const key = ['us-west-2', 'bedrock', 'aws4_request'].reduce(hmac, hmac(`AWS4${credential.secretAccessKey}`, day))
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex')
  return {
    'content-type': 'application/json',
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

/** An InvokeModel body of about 2 KB. */
export function twoKilobytes() {
  const filler = 'The quarterly report says that the north mill ground more grain than the south mill. '
  const content = filler.repeat(30)
  const shell = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: '' }],
  })
  return JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: content.slice(0, 2048 - shell.length) }],
  })
}

export const invokePath = '/model/us.anthropic.claude-opus-4-6-v1/invoke'

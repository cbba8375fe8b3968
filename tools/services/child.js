// Services that run beside a test run: started on a port of loopback, and stopped by their own process id.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** @typedef {{ url: string, stop: () => Promise<void> }} Running */

const patienceMs = 60_000

/**
 * Starts a server on a free port and waits until it answers HTTP, whatever it answers.
 * @param {{ command: string, args: (port: number) => readonly string[], env?: NodeJS.ProcessEnv }} service
 * @returns {Promise<Running>}
 */
export async function startService({ command, args, env = {} }) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(command, args(port), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const ended = once(child, 'close')
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (words = (words + text).slice(-4000)))
  }
  /** @type {Error | undefined} */
  let failure
  child.on('error', (error) => (failure = error))
  ended.then(
    ([code]) => (failure ??= new Error(`it ended with ${code}`)),
    (error) => (failure ??= error),
  )
  const stop = async () => {
    child.kill()
    const isLate = await Promise.race([ended.then(() => false), wait(5000, true, { ref: false })])
    if (isLate) child.kill('SIGKILL')
    await ended
  }
  for (const until = Date.now() + patienceMs; ; await wait(100)) {
    if (failure !== undefined) throw new Error(`${command} does not run: ${failure.message}\n${words}`)
    if (await answers(url)) return { url, stop }
    if (Date.now() > until) {
      await stop()
      throw new Error(`${command} did not answer within ${patienceMs / 1000} s\n${words}`)
    }
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    await (await fetch(url)).body?.cancel()
    return true
  } catch {
    return false
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('loopback has no free port')
  return address.port
}

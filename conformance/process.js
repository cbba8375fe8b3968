// Child processes: run to the end, or kept until stopped by their own id.
import { spawn } from 'node:child_process'

/**
 * The environment of this process without anything that a client could take for credentials, a region or an endpoint.
 * @param {Record<string, string>} more @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|ANTHROPIC_|CLAUDE_|OUTCROP_|.*_proxy$)/i.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    PYTHONDONTWRITEBYTECODE: '1',
    ...more,
  }
}

/**
 * Runs a command to its end and returns what it wrote; a failure is an error that tells its last words.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, onLine?: (line: string) => void }} options
 * @returns {Promise<string>}
 */
export function runToEnd(command, args, { cwd, env, limitMs = 600_000, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    // spawn's own `timeout` outlives a command that is not there, and keeps this process waiting for it.
    const late = setTimeout(() => child.kill(), limitMs)
    let output = ''
    let complaint = ''
    let pending = ''
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      const lines = (pending + text).split('\n')
      pending = lines.pop() ?? ''
      for (const line of lines) onLine?.(line)
    })
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      complaint = (complaint + text).slice(-4000)
    })
    child.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(late)
      if (code === 0) resolve(output)
      // Maven complains on its standard output.
      else
        reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? code}: ${lastWords(complaint, output)}`))
    })
  })
}

/** @param {string[]} texts */
const lastWords = (...texts) =>
  texts
    .map((text) => text.trim().slice(-2000))
    .filter((text) => /\w{3}/.test(text))
    .join('\n')

/**
 * Starts the endpoint and waits until it says where it listens.
 * @param {string} bin @param {readonly string[]} args @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export function startEndpoint(bin, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, 'serve', ...args], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let complaint = ''
    const ended = new Promise((done) => child.once('close', done))
    const stop = async () => {
      child.kill()
      await ended
    }
    const late = setTimeout(() => {
      child.kill()
      reject(new Error(`the endpoint did not listen within 20 s: ${output}${complaint}`))
    }, 20_000)
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      complaint = (complaint + text).slice(-4000)
    })
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      const url = /^Outcrop is listening on (https?:\/\/\S+)/m.exec(output)?.[1]
      if (url === undefined) return
      clearTimeout(late)
      resolve({ url, stop })
    })
    child.once('close', (code) => reject(new Error(`the endpoint ended with ${code}: ${output}${complaint}`)))
  })
}

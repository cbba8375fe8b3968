import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bundle } from './bundle.js'

/**
 * Runs the suite in a worker of Cloudflare's open runtime, which may call this machine.
 * @param {{ binary: string, folder: string, world: object }} settings
 */
export async function runInWorkerd({ binary, folder, world }) {
  const module = basename(await bundle(folder, 'worker'))
  const config = join(folder, 'worker.capnp')
  writeFileSync(config, configuration(module))
  const child = spawn(binary, ['serve', config, '--socket-addr', 'http=127.0.0.1:0', '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const ended = once(child, 'exit')
  try {
    const port = await Promise.race([readPort(child), ended.then(() => Promise.reject(new Error('workerd ended')))])
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(world) })
    return await response.json()
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** The port is told as a line of JSON once somebody may connect to it. @param {import('node:child_process').ChildProcess} child */
async function readPort(child) {
  let text = ''
  for await (const chunk of child.stdio[3]) {
    text += chunk
    for (const line of text.split('\n').slice(0, -1)) {
      const { event, port } = JSON.parse(line)
      if (event === 'listen') return port
    }
  }
  throw new Error('workerd did not say where it listens')
}

/** @param {string} module */
const configuration = (module) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "${module}")],
      compatibilityDate = "2025-09-01",
      globalOutbound = "machine",
    )),
    (name = "machine", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);
`

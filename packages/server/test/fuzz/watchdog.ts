import { Worker } from 'node:worker_threads'

/** Looks, from a thread of its own, whether inputs still follow each other: a parser that never ends blocks its own thread. */
export interface Watchdog {
  watch(target: string, seed: number): void
  /** Says that another input begins. */
  beat(): void
  rest(): void
  close(): Promise<void>
}

// As text, because Node 20 cannot load TypeScript in a thread.
const program = `
const { workerData: { beats, patienceMs } } = require('node:worker_threads')
const { writeSync } = require('node:fs')
let last = -1
let since = Date.now()
let watched
require('node:worker_threads').parentPort.on('message', (message) => {
  watched = message
  since = Date.now()
})
setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now !== last || watched === undefined) {
    last = now
    since = Date.now()
  } else if (Date.now() - since > patienceMs) {
    const { target, seed } = watched
    writeSync(2, target + ' hangs on one input\\nagain: npm run fuzz -- --target ' + target + ' --seed ' + seed + ' --path ' + (now - 1) + '\\n')
    process.kill(process.pid, 'SIGKILL')
  }
}, 250)
`

/** Starts a watchdog that ends the process, with the input to look at, when one input takes longer than its patience. */
export function createWatchdog(patienceMs: number): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(program, { eval: true, workerData: { beats, patienceMs } })
  worker.unref()
  return {
    watch(target, seed) {
      Atomics.store(beats, 0, 0)
      worker.postMessage({ target, seed }, [])
    },
    beat: () => void Atomics.add(beats, 0, 1),
    rest: () => worker.postMessage(undefined, []),
    async close() {
      await worker.terminate()
    },
  }
}

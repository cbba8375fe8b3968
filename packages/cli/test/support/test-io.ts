import { PassThrough } from 'node:stream'
import type { Env, Io } from '../../src/io.ts'

/** What a test gives a command instead of the process around it. */
export interface TestIo {
  readonly io: Io
  readonly stdin: PassThrough
  /** Everything written so far. */
  readonly out: () => string
  readonly err: () => string
  /** Sends the command a Ctrl-C. */
  readonly stop: () => void
  /** Resolves once the text has been written to standard output. */
  readonly saw: (text: string) => Promise<void>
}

export interface TestIoOptions {
  readonly env?: Env
  readonly home?: string
  /** Where nothing can be made, unless a test says otherwise. */
  readonly cwd?: string
  readonly stdinIs?: Io['stdinIs']
  /** Whether outputs are terminals. */
  readonly terminal?: boolean
  readonly platform?: NodeJS.Platform
  readonly now?: () => number
}

const noon = () => Date.UTC(2026, 10, 23, 12)

/** Creates the surroundings of one command: nothing in the environment, nothing at home, nobody at the terminal. */
export function createTestIo(options: TestIoOptions = {}): TestIo {
  const {
    env = {},
    home = '/nonexistent',
    cwd = '/dev/null',
    stdinIs = 'nothing',
    terminal = false,
    platform = 'linux',
    now = noon,
  } = options
  const stdin = new PassThrough()
  const handlers = new Set<() => void>()
  const written = { out: '', err: '' }
  const watchers = new Set<() => void>()
  const output = (name: 'out' | 'err') => {
    const stream = new PassThrough()
    stream.on('data', (chunk: Buffer) => {
      written[name] += chunk.toString()
      for (const watch of watchers) watch()
    })
    return terminal ? Object.assign(stream, { isTTY: true, columns: 80 }) : stream
  }
  const io: Io = {
    stdin,
    stdinIs,
    stdout: output('out'),
    stderr: output('err'),
    env,
    home,
    cwd: () => cwd,
    platform,
    now,
    onStop: (handler) => {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    outliveReader: () => {},
  }
  const saw = (text: string) =>
    new Promise<void>((resolve) => {
      const watch = () => {
        if (!written.out.includes(text)) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
    })
  return {
    io,
    stdin,
    out: () => written.out,
    err: () => written.err,
    stop: () => handlers.forEach((call) => call()),
    saw,
  }
}

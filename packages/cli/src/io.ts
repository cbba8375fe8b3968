import { fstatSync } from 'node:fs'
import { homedir } from 'node:os'
import type { Readable, Writable } from 'node:stream'

/** Variables of the process that the commands read. */
export type Env = Readonly<Record<string, string | undefined>>

/** An output, and whether a person is watching it. */
export type Output = Writable & { readonly isTTY?: boolean }

/** Everything a command takes from the process around it, so that tests can give it something else. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** What is at the other end of standard input; `nothing` is a closed or empty device, not worth waiting for. */
  readonly stdinIs: 'terminal' | 'data' | 'nothing'
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Env
  readonly home: string
  /** The folder that the command was started in. */
  readonly cwd: () => string
  readonly platform: NodeJS.Platform
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** Calls the handler at every Ctrl-C or request to stop, until the returned function is called. */
  readonly onStop: (handler: () => void) => () => void
  /** From now on a reader of standard output that goes away does not end the process. */
  readonly outliveReader: () => void
}

/** The process itself. A reader that leaves early, as `| head` does, ends it quietly. */
export function processIo(): Io {
  let ends = true
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      // oxlint-disable-next-line unicorn/no-process-exit -- nobody reads what would follow
      if (ends) process.exit(0)
    })
  }
  return {
    stdin: process.stdin,
    stdinIs: kindOfStdin(),
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    home: homedir(),
    cwd: () => process.cwd(),
    platform: process.platform,
    now: Date.now,
    onStop,
    outliveReader: () => {
      ends = false
    },
  }
}

function onStop(handler: () => void): () => void {
  process.on('SIGINT', handler).on('SIGTERM', handler)
  const orphaned = process.env['npm_lifecycle_event'] === undefined ? undefined : onOrphaned(handler)
  return () => {
    process.off('SIGINT', handler).off('SIGTERM', handler)
    clearInterval(orphaned)
  }
}

/** npm and npx start us through a shell, which dies of the signal that they pass on and keeps it to itself. */
function onOrphaned(handler: () => void): NodeJS.Timeout {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    handler()
  }, 500)
  return watch.unref()
}

function kindOfStdin(): Io['stdinIs'] {
  if (process.stdin.isTTY) return 'terminal'
  try {
    const stat = fstatSync(0)
    return stat.isFIFO() || stat.isFile() || stat.isSocket() ? 'data' : 'nothing'
  } catch {
    return 'nothing'
  }
}

/** Makes text from elsewhere harmless to a terminal: no escape sequences, nothing but lines and tabs. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}

/** Greys out text for a person; leaves it alone in a pipe, under NO_COLOR and on a terminal that cannot. */
export function dim(text: string, output: Output, env: Env): string {
  const plain = output.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return plain ? text : `\u001b[2m${text}\u001b[22m`
}

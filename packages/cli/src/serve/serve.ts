import { resolve } from 'node:path'
import type { Config, ConfigFlags, RunningServer } from '@outcrop/server'
import { CommandFailure, misuse } from '../failure.ts'
import { shells, detectShell } from '../env/shells.ts'
import { findPresent } from '../env/present.ts'
import { variablesFor } from '../env/variables.ts'
import type { Io } from '../io.ts'

/** What follows `outcrop serve` on the command line. */
export interface ServeOptions extends ConfigFlags {
  readonly config?: string
}

/** `outcrop serve`: runs the endpoint until it is told to stop, and then lets answers in progress finish. */
export async function serve({ config: file, ...flags }: ServeOptions, io: Io): Promise<number> {
  const { loadConfig, startServer, ConfigError, createLineLog } = await import('@outcrop/server')
  const config = await loadConfig({ ...(file !== undefined && { file }), flags, env: io.env }).catch(
    (cause: unknown) => {
      throw cause instanceof ConfigError ? misuse(cause.message) : cause
    },
  )
  // A supervisor that read the first line and went away has not asked the server to stop.
  io.outliveReader()
  const log = createLineLog((line) => io.stderr.write(line), io.now)
  const defaultData = resolve(io.cwd(), 'outcrop-data')
  const server = await startServer(config, { log, defaultData }).catch((cause: unknown) => {
    throw new CommandFailure(explainStart(cause, config.listen), { cause })
  })
  // Whoever reads that it listens may tell it to stop at once.
  const end = stopped(server, config.limits.shutdownMs, io)
  io.stdout.write(`Outcrop is listening on ${server.url}\n`)
  io.stdout.write(await describe(server, config, io))
  return end
}

async function describe(server: RunningServer, config: Config, io: Io): Promise<string> {
  const { auth, region, account, fidelity } = config
  const url = reachableUrl(server)
  const command = `npx outcrop env${url === 'http://127.0.0.1:5151' ? '' : ` --url ${url}`}`
  const shell = shells[detectShell(io.env, io.platform)]
  const variables = variablesFor(io.env, { url, present: await findPresent(io) })
  const open = 'auth open: every caller on this machine is let in'
  const lines = [
    '',
    `Region ${region}, account ${account}, fidelity ${fidelity}, ${
      auth.mode === 'strict'
        ? `auth strict: ${auth.credentials.length} credential${auth.credentials.length === 1 ? '' : 's'} configured`
        : config.insecure
          ? 'auth open: EVERY CALLER THAT REACHES THIS ADDRESS IS LET IN'
          : open
    }.`,
    `${whoAnswers(config)}: no model is asked, and nothing leaves this machine.`,
    server.data === undefined
      ? 'State is kept in memory, and ends with this process.'
      : `State is kept in ${server.data}.`,
    '',
    `Point clients at it with ${shell.run(command)}, which runs:`,
    ...variables.filter(([name]) => name !== 'OUTCROP_ENV').map((variable) => `  ${shell.set(variable)}`),
    '',
  ]
  return `${lines.join('\n')}\n`
}

function whoAnswers({ scripts: { strict, list } }: Config): string {
  const scripts = list.length === 1 ? '1 script' : `${list.length} scripts`
  if (strict) return `Only what ${scripts} can answer is answered`
  return list.length === 0 ? 'The built-in simulator answers' : `${scripts} and then the built-in simulator answer`
}

/** An address that listens everywhere is not one that clients can call. */
function reachableUrl({ url, host, port }: RunningServer): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  return host === '::' ? `http://[::1]:${port}` : url
}

function explainStart(cause: unknown, listen: Config['listen']): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const { host, port } = listen
  if (code === 'EADDRINUSE') {
    return `port ${port} of ${host} is in use already: stop what listens there, or take another with --port (0 finds a free one)`
  }
  if (code === 'EACCES')
    return `port ${port} of ${host} needs more rights than this user has: take one above 1023 with --port`
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: take another with --host`
  return `the endpoint did not start: ${cause instanceof Error ? cause.message : String(cause)}`
}

function stopped(server: RunningServer, graceMs: number, io: Io): Promise<number> {
  return new Promise((resolve, reject) => {
    let asked = false
    const forget = io.onStop(() => {
      if (asked) {
        forget()
        resolve(130) // as a shell reports a program that Ctrl-C ended
        return
      }
      asked = true
      io.stderr.write('outcrop: stopping; answers in progress may finish (Ctrl-C again stops at once)\n')
      server.close(graceMs).then(() => {
        forget()
        resolve(0)
      }, reject)
    })
  })
}

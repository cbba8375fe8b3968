import { endpointUrl } from '../endpoint/endpoint-url.ts'
import type { Io } from '../io.ts'
import { findPresent } from './present.ts'
import { detectShell, shells, type ShellName } from './shells.ts'
import { type ClaudeCodeMode, variablesFor, variablesToUnset } from './variables.ts'

/** What follows `outcrop env` on the command line. */
export interface EnvOptions {
  readonly url?: string
  readonly shell?: ShellName
  /** `true` is the first mode. */
  readonly claudeCode?: true | ClaudeCodeMode
  readonly unset?: boolean
  readonly json?: boolean
}

/** `outcrop env`: prints what points AWS SDKs, the AWS CLI, Anthropic's SDKs and Claude Code at the endpoint. */
export async function env(options: EnvOptions, io: Io): Promise<void> {
  const shell = shells[options.shell ?? detectShell(io.env, io.platform)]
  const print = (lines: readonly string[]): void => {
    // A person who only looks is told what to do with it; all three shells take the line for a comment.
    const hint = io.stdout.isTTY === true ? [`# ${shell.run(`npx outcrop env${options.unset ? ' --unset' : ''}`)}`] : []
    io.stdout.write([...lines, ...hint, ''].join('\n'))
  }
  if (options.unset) {
    const names = variablesToUnset(io.env)
    if (options.json) io.stdout.write(`${JSON.stringify({ unset: names }, null, 2)}\n`)
    else print(names.map(shell.unset))
    return
  }
  const variables = variablesFor(io.env, {
    url: endpointUrl(options.url, io.env),
    claudeCode: options.claudeCode === true ? 'bedrock' : options.claudeCode,
    present: await findPresent(io),
  })
  if (options.json) io.stdout.write(`${JSON.stringify({ set: Object.fromEntries(variables) }, null, 2)}\n`)
  else print(variables.map(shell.set))
}

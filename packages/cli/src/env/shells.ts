import type { Env } from '../io.ts'
import type { Variable } from './variables.ts'

interface Shell {
  readonly set: (variable: Variable) => string
  readonly unset: (name: string) => string
  /** How a person runs the lines that a command prints. */
  readonly run: (command: string) => string
}

/** The shells that `outcrop env` writes for, each with its own way to quote. */
export const shells = {
  sh: {
    set: ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    unset: (name) => `unset ${name}`,
    run: (command) => `eval "$(${command})"`,
  },
  fish: {
    set: ([name, value]) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
    unset: (name) => `set -e ${name}`,
    run: (command) => `${command} | source`,
  },
  powershell: {
    // PowerShell takes typographic single quotes for quotes too; each is escaped by doubling it.
    set: ([name, value]) => `$Env:${name} = '${value.replace(/['‘’‚‛]/g, '$&$&')}'`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    run: (command) => `${command} | Out-String | Invoke-Expression`,
  },
} as const satisfies Record<string, Shell>

/** A shell that `outcrop env` writes for. */
export type ShellName = keyof typeof shells

/** The shell that somebody probably uses. */
export function detectShell(env: Env, platform: NodeJS.Platform): ShellName {
  const name = (env['SHELL'] ?? '').split(/[/\\]/).at(-1) ?? ''
  if (name.startsWith('fish')) return 'fish'
  if (name.startsWith('pwsh') || name.startsWith('powershell')) return 'powershell'
  return platform === 'win32' && name === '' ? 'powershell' : 'sh'
}

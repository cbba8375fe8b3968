import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The Region that `~/.aws/config` (or `AWS_CONFIG_FILE`) names for a profile, else for `AWS_PROFILE`, else for `default`. */
export async function readConfigRegion(profile?: string): Promise<string | undefined> {
  const path = process.env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config')
  try {
    return regionIn(await readFile(path, 'utf8'), profile ?? (process.env['AWS_PROFILE'] || 'default'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Finds the Region of a profile in the text of a config file: the last one counts, settings inside of others do not. */
export function regionIn(text: string, profile: string): string | undefined {
  let isOurs = false
  let region: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[([^\]]*)\]/.exec(line.trim())?.[1]
    if (section !== undefined) isOurs = profileOf(section) === profile
    // An indented line belongs to the setting above it (`s3 =`).
    const value = isOurs ? /^region[ \t]*=(.*)$/.exec(line)?.[1] : undefined
    if (value !== undefined) region = value.replace(/\s[#;].*$/s, '').trim() || undefined
  }
  return region
}

/** `[default]`, `[profile dev]`, `[profile "dev"]`; nothing for `[sso-session …]` and `[services …]`. */
function profileOf(section: string): string | undefined {
  const [kind, ...rest] = section.trim().split(/\s+/)
  if (rest.length === 0) return kind === 'default' ? kind : undefined
  return kind === 'profile' ? rest.join(' ').replace(/^(["'])(.*)\1$/, '$2') : undefined
}

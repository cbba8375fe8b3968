import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Io } from '../io.ts'

/** The settings of each section of an AWS file, by name. */
type AwsSections = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What `~/.aws` says of one profile. */
export interface AwsProfile {
  readonly name: string
  /** Its settings in `config`. */
  readonly config: ReadonlyMap<string, string>
  /** Its settings in `credentials`. */
  readonly credentials: ReadonlyMap<string, string>
  /** Whether either file has a section of this name. */
  readonly exists: boolean
}

/** Reads what the files of AWS's clients say of a profile: the one named, else AWS_PROFILE's, else the default. */
export async function readAwsProfile({ env, home }: Pick<Io, 'env' | 'home'>, named?: string): Promise<AwsProfile> {
  const name = named ?? (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default')
  const [inCredentials, inConfig] = await Promise.all([
    readSections(env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials')),
    readSections(env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config')),
  ])
  const credentials = inCredentials.get(name)
  const config = inConfig.get(name) ?? inConfig.get(`profile ${name}`)
  return {
    name,
    config: config ?? new Map(),
    credentials: credentials ?? new Map(),
    exists: config !== undefined || credentials !== undefined,
  }
}

/** A file that is not there has no sections; a setting that repeats keeps its last value. */
async function readSections(file: string): Promise<AwsSections> {
  const sections = new Map<string, Map<string, string>>()
  let settings = new Map<string, string>()
  const text = await readFile(file, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const section = /^\[([^\]]*)\]/.exec(line)?.[1]
    if (section !== undefined) {
      const name = section.trim()
      settings = sections.get(name) ?? new Map()
      sections.set(name, settings)
    } else if (/^\w/.test(line)) {
      const equals = line.indexOf('=')
      const name = equals < 0 ? line : line.slice(0, equals)
      settings.set(name.trim().toLowerCase(), equals < 0 ? '' : line.slice(equals + 1).trim())
    }
  }
  return sections
}

import { resolve } from 'node:path'
import type { Config } from './config.ts'
import type { Place, Problem } from './problem.ts'

/** What one author says of where state is kept. */
interface Said {
  readonly data?: string | undefined
  readonly ephemeral?: boolean | undefined
}

/** A flag wins over the file in either direction; one author cannot mean a folder and memory alone. */
export function whereStateIs(
  flags: Said,
  file: Said,
  { places, problems }: { readonly places: ReadonlyMap<string, Place>; readonly problems: Problem[] },
): Pick<Config, 'data' | 'ephemeral'> {
  const isByFlag = flags.data !== undefined || flags.ephemeral === true
  const { data, ephemeral = false } = isByFlag ? flags : file
  if (data !== undefined && ephemeral) {
    const flag: Place = { kind: 'flag', name: '--ephemeral' }
    const place = isByFlag ? flag : (places.get('ephemeral') ?? flag)
    const message = 'expected either a folder to keep state in (data) or memory alone (ephemeral), found both'
    problems.push({ place, setting: 'ephemeral', message })
  }
  return { ...(data !== undefined && { data: resolve(data) }), ephemeral }
}

import { type LiveProfile, parseProfile } from './live-profiles.ts'

/** How profiles are looked up. */
export interface ProfileLookupOptions {
  /** Asks GetInferenceProfile and gives its answer, parsed; throws where there is none. */
  readonly ask: (arn: string) => Promise<unknown>
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** Hears once in a while that an ARN could not be looked up. */
  readonly warn?: ((warning: string) => void) | undefined
}

/** How long an answer is good for: what an application profile stands for never changes, but the profile may be deleted. */
const holdsMs = 3_600_000
/** How long nobody asks again after a failure: most are permissions that are not there. */
const restsMs = 300_000
const mostProfiles = 1_000

/**
 * Creates what tells which model stands behind an application profile: each ARN is asked about once, however many want to
 * know, and remembered for an hour. One that cannot be looked up is no failure: the model stays unknown.
 */
export function createProfileLookup(options: ProfileLookupOptions): (arn: string) => Promise<LiveProfile | undefined> {
  const { ask, now, warn } = options
  const known = new Map<string, { until: number; readonly profile: Promise<LiveProfile | undefined> }>()

  async function look(arn: string): Promise<LiveProfile | undefined> {
    try {
      const profile = parseProfile(await ask(arn))
      if (profile?.arn === arn) return profile
      throw new Error('the answer does not describe it')
    } catch (error) {
      const entry = known.get(arn)
      if (entry !== undefined) entry.until = now() + restsMs
      const reason = error instanceof Error ? error.message : String(error)
      warn?.(`What ${arn} stands for cannot be looked up, so no rule about models is applied: ${reason}`)
      return undefined
    }
  }

  return (arn) => {
    const found = known.get(arn)
    if (found !== undefined && now() < found.until) return found.profile
    known.delete(arn)
    if (known.size >= mostProfiles) for (const [oldest] of [...known].slice(0, 1)) known.delete(oldest)
    const profile = Promise.resolve().then(() => look(arn))
    known.set(arn, { until: now() + holdsMs, profile })
    return profile
  }
}

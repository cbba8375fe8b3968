import { parseModelId } from '@outcrop/protocol'
import type { LiveRegion } from '../models/live-profiles.ts'
import { createProfileLookup } from '../models/profile-lookup.ts'
import { sendJson } from './send-json.ts'
import type { Settings } from './settings.ts'

/** A call does not wait longer for what only makes it better. */
const waitsMs = 5_000

/** Creates what finds the model behind the ARN of an application profile, which tells nothing by itself (GetInferenceProfile). */
export function createHiddenModel(
  tools: Omit<Settings, 'liveRegions'>,
): (model: string) => Promise<readonly [region: string, found: LiveRegion] | undefined> {
  const lookup = createProfileLookup({ ask: (arn) => ask(arn, tools), now: tools.now, warn: tools.warn })
  return async (model) => {
    const arn = parseModelId(model)
    if (arn?.kind !== 'application-inference-profile') return undefined
    const profile = await lookup(model)
    return profile === undefined ? undefined : [arn.region, { profiles: [profile] }]
  }
}

async function ask(arn: string, tools: Omit<Settings, 'liveRegions'>): Promise<unknown> {
  const parsed = parseModelId(arn)
  const region = parsed === undefined || parsed.kind === 'name' ? '' : parsed.region
  const path = `/inference-profiles/${encodeURIComponent(arn)}`
  const signal = AbortSignal.timeout(waitsMs)
  const asked = await sendJson(
    { plane: 'control', region, method: 'GET', path },
    { ...tools, maxRepeats: 0 },
    { signal },
  )
  if (asked.kind === 'answered') return asked.json
  throw new Error(asked.failure.message)
}

import type { Json } from '@outcrop/protocol'
import { type LiveProfile, type LiveRegion, parseOnDemandModels, parseProfilePage } from '../models/live-profiles.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { sendJson } from './send-json.ts'
import type { Settings } from './settings.ts'

type Tools = Omit<Settings, 'liveRegions'>

/** How long a list is good for: profiles come and go with a model's life, not with a call's. */
const holdsMs = 600_000
/** The most pages of profiles that are asked for; each has up to 1,000. */
const mostPages = 20

/**
 * Creates what lists the profiles and models that an account has in Regions: each Region once in ten minutes, however many ask. One
 * whose lists may not be read is warned of, and left to the catalogue.
 */
export function createLiveRegions(tools: Tools): Settings['liveRegions'] {
  const known = new Map<string, { readonly until: number; readonly region: Promise<LiveRegion | undefined> }>()
  const find = (name: string): Promise<LiveRegion | undefined> => {
    const found = known.get(name)
    if (found !== undefined && tools.now() < found.until) return found.region
    const region = readRegion(name, tools)
    known.set(name, { until: tools.now() + holdsMs, region })
    // What could not be asked is asked again by the next call.
    region.catch(() => known.delete(name))
    return region
  }
  return async (names) => {
    const regions = await Promise.all(names.map(async (name) => [name, await find(name)] as const))
    return new Map(regions.flatMap(([name, region]) => (region === undefined ? [] : [[name, region] as const])))
  }
}

async function readRegion(region: string, tools: Tools): Promise<LiveRegion | undefined> {
  const profiles: LiveProfile[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const more = token === undefined ? '' : `&nextToken=${encodeURIComponent(token)}`
    const asked = await ask(`/inference-profiles?maxResults=1000${more}`, region, tools)
    if (asked.kind === 'failed') return giveUp(asked.failure, tools)
    const read = parseProfilePage(asked.json)
    profiles.push(...read.profiles)
    token = read.nextToken
    if (token === undefined) break
  }
  const models = await ask('/foundation-models?byProvider=Anthropic', region, tools)
  if (models.kind === 'failed') return giveUp(models.failure, tools)
  return { profiles, onDemand: parseOnDemandModels(models.json) }
}

type Asked =
  { readonly kind: 'answered'; readonly json: Json } | { readonly kind: 'failed'; readonly failure: BedrockFailure }

function ask(path: string, region: string, tools: Tools): Promise<Asked> {
  return sendJson({ plane: 'control', region, method: 'GET', path }, { ...tools, maxRepeats: tools.maxRetries })
}

function giveUp({ region, message }: BedrockFailure, { warn }: Tools): undefined {
  warn(`The models of the account in ${region} cannot be listed, so the catalogue says where they are: ${message}`)
  return undefined
}

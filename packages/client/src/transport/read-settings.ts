import { createAuthorizer } from '../credentials/create-authorizer.ts'
import { timedAuthorizer } from '../credentials/timed-authorizer.ts'
import { endpointsFor } from '../endpoint/endpoints.ts'
import { createRegionResolver } from '../endpoint/resolve-region.ts'
import type { BedrockOptions } from '../options.ts'
import type { Platform } from '../platform.ts'
import { createTimedFetch } from '../reliability/timed-fetch.ts'
import type { CallPlan } from './call-plan.ts'
import type { Endpoints } from './http-request.ts'
import { createPlanMemory } from './plan-memory.ts'
import type { Refusal } from './prepare.ts'
import { checkOptions } from './check-options.ts'
import type { Settings } from './settings.ts'
import { throughProxies } from './through-proxies.ts'

// As Anthropic's SDKs: three attempts in all.
const defaultRetries = 2

/** Has something else send requests than `fetch` alone, inside of the limits of time and behind the choice of a proxy. */
export type Route = (fetch: typeof globalThis.fetch) => typeof globalThis.fetch

/** Reads the options of a client once; throws a `ConfigurationError` or a `CredentialError` for what cannot be meant. */
export function readSettings(options: BedrockOptions, platform: Platform, route?: Route): Settings {
  checkOptions(options)
  const { now = Date.now, random = Math.random, maxRetries = defaultRetries } = options
  const settings = {
    options,
    authorizer: timedAuthorizer(createAuthorizer(options, platform), options.timeouts),
    fetch: readFetch(options, platform, route),
    regionFor: createRegionResolver(options, platform),
    endpointsFor: rememberEndpoints((region) => endpointsFor(region, options, (name) => platform.env(name))),
    autoWires: once(async () => (await import('./auto-wires.ts')).createAutoWires(now)),
    plans: createPlanMemory<CallPlan | Refusal>(),
    warn: warnOnce(options.onWarning ?? console.warn),
    report: options.onCall ?? ignore,
    maxRetries,
    now,
    random,
  }
  return { ...settings, liveRegions: liveRegionsOf(settings) }
}

function liveRegionsOf(settings: Omit<Settings, 'liveRegions'>): Settings['liveRegions'] {
  const lists = once(async () => (await import('./live-regions.ts')).createLiveRegions(settings))
  const hidden = once(async () => (await import('./hidden-model.ts')).createHiddenModel(settings))
  return async (regions, model) => {
    const live = settings.options.models === 'live' ? await (await lists())(regions, model) : undefined
    if (!model.includes(':application-inference-profile/')) return live
    const isListed = [...(live?.values() ?? [])].some(({ profiles }) => profiles.some(({ arn }) => arn === model))
    const found = isListed ? undefined : await (await hidden())(model)
    return found === undefined ? live : new Map([...(live ?? []), found])
  }
}

/** Who gives a `fetch` decides by himself which way it goes. */
function readFetch({ fetch, timeouts }: BedrockOptions, platform: Platform, route?: Route): Settings['fetch'] {
  const send = route === undefined ? (fetch ?? platformFetch) : route(fetch ?? platformFetch)
  // Anthropic's core makes a signal for each request.
  const timed = createTimedFetch(send, timeouts, { ownsSignals: route !== undefined })
  return fetch === undefined ? throughProxies(timed, platform) : timed
}

/** Looked up at each call: tools that record or replace the platform's `fetch` come and go. */
const platformFetch: typeof globalThis.fetch = (...given) => globalThis.fetch(...given)

function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => (made ??= make())
}

function ignore(): void {
  // Nobody asked to be told.
}

function rememberEndpoints(find: (region: string) => Endpoints): (region: string) => Endpoints {
  const found = new Map<string, Endpoints>()
  return (region) => {
    const known = found.get(region)
    if (known !== undefined) return known
    const endpoints = find(region)
    found.set(region, endpoints)
    return endpoints
  }
}

// A warning names what the caller sent: without a bound, hostile callers would fill the memory.
const mostWarnings = 1_000

function warnOnce(tell: (warning: string) => void): (warning: string) => void {
  const told = new Set<string>()
  return (warning) => {
    if (told.has(warning) || told.size >= mostWarnings) return
    told.add(warning)
    tell(warning)
  }
}

import { nearestWord, parseModelId, regions } from '@outcrop/protocol'
import { ConfigurationError } from '../configuration-error.ts'
import type { BedrockOptions } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'

const fallback = 'us-east-1'

/** The options that say in which Region calls are made. */
export type RegionOptions = Pick<BedrockOptions, 'awsRegion' | 'awsProfile' | 'onWarning'>

/** Resolves the Region of a call; a model id matters for `awsRegion: 'auto'` alone. */
export type RegionResolver = (modelId?: string) => Promise<string>

/**
 * The Region by the guide's rule (M6): the option, else `AWS_REGION`, else `us-east-1`; undefined for `'auto'`, which takes a
 * `createRegionResolver`. Throws a `ConfigurationError` for what names no Region: it becomes a part of a host name.
 */
export function regionOf({ awsRegion }: RegionOptions, platform: Pick<Platform, 'env'>): string | undefined {
  if (awsRegion === 'auto') return undefined
  // Who does not use TypeScript may say `null`, as for every other option, or something else.
  if (awsRegion !== undefined && awsRegion !== null) return checkedRegion(awsRegion, 'awsRegion')
  const fromEnv = readEnv(platform, 'AWS_REGION')
  return fromEnv === undefined ? fallback : checkedRegion(fromEnv, 'AWS_REGION')
}

/**
 * Resolves Regions for one client. `'auto'` takes the Region inside an ARN, `AWS_REGION`, `AWS_DEFAULT_REGION`, then the
 * profile in `~/.aws/config`, and fails when none of them says. Otherwise as `regionOf`, with one warning on a machine
 * whose `~/.aws/config` names another Region than the `us-east-1` that was fallen back to.
 */
export function createRegionResolver(options: RegionOptions, platform: Platform): RegionResolver {
  const region = regionOf(options, platform)
  if (region !== undefined) {
    const isFallback = (options.awsRegion ?? undefined) === undefined && readEnv(platform, 'AWS_REGION') === undefined
    return async () => {
      if (isFallback) await warnOfOtherRegion(options, platform)
      return region
    }
  }
  let configured: Promise<string | undefined> | undefined
  return async (modelId) => {
    const named = regionOfArn(modelId) ?? regionOfEnvironment(platform)
    if (named !== undefined) return named
    configured ??= platform.readConfigRegion?.(options.awsProfile) ?? Promise.resolve(undefined)
    const found = await configured
    if (found !== undefined) return checkedRegion(found, 'The region in ~/.aws/config')
    throw new ConfigurationError(
      "awsRegion is 'auto' and nothing names a Region: not an ARN as the model, not AWS_REGION or AWS_DEFAULT_REGION, " +
        'and not the profile in ~/.aws/config. Set AWS_REGION or give awsRegion.',
    )
  }
}

// Letters and hyphens, and a number at the end: no dot, slash or colon that would call another host.
const regionName = /^[a-z]{2,5}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/

/** A Region's name as it may stand in a host name; a `ConfigurationError` with the name that was meant, where one is near. */
export function checkedRegion(name: string, from: string): string {
  if (typeof name !== 'string') throw new ConfigurationError(`${from} is no text: a Region is written like us-east-1.`)
  if (regionName.test(name)) return name
  const shown = JSON.stringify(name.slice(0, 64))
  const near = name.length > 64 ? undefined : nearestWord(name, regions)
  throw new ConfigurationError(
    `${from} is no AWS Region: ${shown}. ${near === undefined ? 'A Region is written like us-east-1.' : `Did you mean ${near}?`}`,
  )
}

function regionOfArn(modelId: string | undefined): string | undefined {
  const parsed = modelId?.startsWith('arn:') === true ? parseModelId(modelId) : undefined
  if (parsed === undefined || parsed.kind === 'name' || parsed.region === '') return undefined
  return checkedRegion(parsed.region, 'The Region of the model ARN')
}

function regionOfEnvironment(platform: Platform): string | undefined {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = readEnv(platform, name)
    if (value !== undefined) return checkedRegion(value, name)
  }
  return undefined
}

const warned = new WeakSet<Platform>()

/** Once a process: many make a client for each request. */
async function warnOfOtherRegion({ awsProfile, onWarning = console.warn }: RegionOptions, platform: Platform) {
  if (warned.has(platform) || platform.readConfigRegion === undefined) return
  warned.add(platform)
  const other = await platform.readConfigRegion(awsProfile).catch(() => undefined)
  if (other === undefined || other === fallback) return
  onWarning(
    `Calling Bedrock in ${fallback}: ~/.aws/config names ${other.slice(0, 64)}, but it is not read for the Region. ` +
      "Set AWS_REGION, or give awsRegion a Region or 'auto'.",
  )
}

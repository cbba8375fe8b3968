import { partitionOf } from '@outcrop/protocol'
import { parseBaseUrl } from '../endpoint/base-url.ts'
import { endpointsFor } from '../endpoint/endpoints.ts'
import type { BedrockOptions } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'

/** A service beside Bedrock that is asked about an account. */
export interface Neighbour {
  /** As its host begins. */
  readonly host: 'sts' | 'servicequotas'
  /** The variable that names its endpoint. */
  readonly variable: 'AWS_ENDPOINT_URL_STS' | 'AWS_ENDPOINT_URL_SERVICE_QUOTAS'
}

/** The settings of hosts that are AWS's own; those that name Bedrock's endpoints are not the neighbours'. */
const ofHosts: ReadonlySet<string> = new Set(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])

/** Where a neighbour of Bedrock is for a Region: by its own variable, `AWS_ENDPOINT_URL`, else the Region's own host. */
export function serviceUrl(
  { host, variable }: Neighbour,
  region: string,
  { fips, dualStack }: BedrockOptions,
  platform: Platform,
): string {
  for (const name of [variable, 'AWS_ENDPOINT_URL']) {
    const custom = readEnv(platform, name)
    if (custom !== undefined) return parseBaseUrl(custom, name)
  }
  // Their hosts are named as Bedrock's are; those of us-gov meet FIPS under their plain name and have no other.
  const isGov = partitionOf(region) === 'aws-us-gov'
  const read = (name: string): string | undefined => (ofHosts.has(name) && !isGov ? platform.env(name) : undefined)
  const { control } = endpointsFor(region, { fips: isGov ? false : fips, dualStack }, read)
  return control.replace('//bedrock', `//${host}`)
}

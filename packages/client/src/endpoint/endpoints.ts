import { partitionOf } from '@outcrop/protocol'
import { ConfigurationError } from '../configuration-error.ts'
import type { BedrockOptions } from '../options.ts'
import { type Platform, readEnv } from '../platform.ts'
import type { Endpoints } from '../transport/http-request.ts'
import { parseBaseUrl } from './base-url.ts'
import { checkedRegion } from './resolve-region.ts'

/** The options that say where Bedrock is. */
export type EndpointOptions = Pick<BedrockOptions, 'baseURL' | 'fips' | 'dualStack'>

type Plane = keyof Endpoints

/** A URL that somebody gave, and by which name. */
interface CustomUrl {
  readonly from: string
  readonly url: string
  readonly serves: readonly Plane[]
}

/**
 * Where Bedrock is for a Region. `baseURL` wins over `ANTHROPIC_BEDROCK_BASE_URL`, that over
 * `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` and `AWS_ENDPOINT_URL_BEDROCK`, those over `AWS_ENDPOINT_URL`, and any of them over
 * the Region's own hosts. A custom URL serves every plane: the runtime and the control plane at its root, mantle under
 * `/mantle` unless, beside a URL of the environment, `ANTHROPIC_BEDROCK_MANTLE_BASE_URL` says where that is. One of AWS's own hosts serves its own plane
 * alone. Throws a `ConfigurationError` for what cannot be meant.
 */
export function endpointsFor(region: string, options: EndpointOptions, env: Platform['env']): Endpoints {
  const read = (name: string): string | undefined => readEnv({ env }, name)
  const fips = options.fips ?? isTrue(read('AWS_USE_FIPS_ENDPOINT'))
  const dualStack = options.dualStack ?? isTrue(read('AWS_USE_DUALSTACK_ENDPOINT'))
  const custom = customUrls(options, read)
  const mantle = customUrl('ANTHROPIC_BEDROCK_MANTLE_BASE_URL', read('ANTHROPIC_BEDROCK_MANTLE_BASE_URL'), ['mantle'])
  const [first] = [...custom, ...mantle]
  if (first !== undefined && (fips || dualStack)) {
    throw new ConfigurationError(
      `${first.from} names an endpoint, and ${fips ? 'FIPS' : 'dual-stack'} another: leave one of them out`,
    )
  }
  const computed = ownHosts(checkedRegion(region, 'The Region'), fips, dualStack)
  // What is given wins over every variable of the environment.
  const given = custom.find(({ from, serves }) => from === 'baseURL' && serves.includes('mantle'))
  const serving = (plane: Plane): CustomUrl | undefined => custom.find(({ serves }) => serves.includes(plane))
  return {
    runtime: serving('runtime')?.url ?? computed.runtime,
    mantle: mantleOf(given) ?? mantle.map(withoutAnthropic)[0] ?? mantleOf(serving('mantle')) ?? computed.mantle,
    control: serving('control')?.url ?? computed.control,
  }
}

/** Host name suffixes by partition: the plain one, and that of dual-stack hosts (WIRE §1.1). */
const suffixes: Readonly<Record<string, readonly [plain: string, dualStack: string]>> = {
  aws: ['amazonaws.com', 'api.aws'],
  'aws-us-gov': ['amazonaws.com', 'api.aws'],
  'aws-cn': ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  'aws-eusc': ['amazonaws.eu', 'api.amazonwebservices.eu'],
  'aws-iso': ['c2s.ic.gov', 'api.aws.ic.gov'],
  'aws-iso-b': ['sc2s.sgov.gov', 'api.aws.scloud'],
  'aws-iso-e': ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  'aws-iso-f': ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
}

/** How the names of AWS's hosts end in a Region. */
export function hostSuffixes(region: string): { readonly plain: string; readonly dual: string } {
  const [plain, dual] = suffixes[partitionOf(region)] ?? ['amazonaws.com', 'api.aws']
  return { plain, dual }
}

function ownHosts(region: string, fips: boolean, dualStack: boolean): Endpoints {
  const { plain, dual } = hostSuffixes(region)
  const name = (service: string, suffix: string): string =>
    `https://${service}${fips ? '-fips' : ''}.${region}.${suffix}`
  const suffix = dualStack ? dual : plain
  return {
    runtime: name('bedrock-runtime', suffix),
    // [?] No FIPS host of mantle is known, nor one outside of the partition `aws`: rather no answer than one without FIPS.
    mantle: name('bedrock-mantle', dual),
    control: name('bedrock', suffix),
  }
}

const everyPlane: readonly Plane[] = ['runtime', 'mantle', 'control']

function customUrls({ baseURL }: EndpointOptions, read: (name: string) => string | undefined): CustomUrl[] {
  const urls = [
    ...customUrl('baseURL', baseURL ?? undefined),
    ...customUrl('ANTHROPIC_BEDROCK_BASE_URL', read('ANTHROPIC_BEDROCK_BASE_URL')),
  ]
  if (isTrue(read('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'))) return urls
  const ofAws = (name: string, serves?: readonly Plane[]): CustomUrl[] => customUrl(name, read(name), serves)
  return [
    ...urls,
    ...ofAws('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', ['runtime', 'mantle']),
    ...ofAws('AWS_ENDPOINT_URL_BEDROCK', ['control']),
    ...ofAws('AWS_ENDPOINT_URL'),
  ]
}

function customUrl(from: string, given: string | undefined, serves = everyPlane): CustomUrl[] {
  if (given === undefined) return []
  const url = parseBaseUrl(given, from)
  const own = ownPlane(new URL(url).hostname)
  return [{ from, url, serves: own === undefined ? serves : [own] }]
}

/** The plane of one of AWS's own hosts, those of VPC endpoints among them; undefined for a host that is somebody else's. */
function ownPlane(hostname: string): Plane | undefined {
  if (!Object.values(suffixes).some((pair) => pair.some((suffix) => hostname.endsWith(`.${suffix}`)))) return undefined
  const service = /(?:^|\.)bedrock(-runtime|-mantle)?(?:-fips)?\./.exec(hostname)
  if (service === null) return undefined
  return service[1] === '-runtime' ? 'runtime' : service[1] === '-mantle' ? 'mantle' : 'control'
}

function mantleOf(custom: CustomUrl | undefined): string | undefined {
  if (custom === undefined) return undefined
  const bare = withoutAnthropic(custom)
  // Whoever writes the end of mantle's URL means mantle's URL.
  return custom.serves.includes('runtime') && bare === custom.url ? `${bare}/mantle` : bare
}

/** Anthropic's SDKs take mantle's URL with the `/anthropic` that is the beginning of its paths. */
function withoutAnthropic({ url }: CustomUrl): string {
  return url.endsWith('/anthropic') ? url.slice(0, -'/anthropic'.length) : url
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true'
}

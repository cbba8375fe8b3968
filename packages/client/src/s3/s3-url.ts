import { ConfigurationError } from '../configuration-error.ts'
import { hostSuffixes } from '../endpoint/endpoints.ts'
import { parseBaseUrl } from '../endpoint/base-url.ts'
import { type Platform, readEnv } from '../platform.ts'
import type { S3Options } from './s3-options.ts'
import { isBucketName } from './s3-uri.ts'

/** Where S3 is: its URL in a Region, and whether it is AWS's own. */
export interface S3Endpoint {
  /** Without a slash at its end. */
  readonly urlIn: (region: string) => string
  readonly isCustom: boolean
  readonly isPathStyle: boolean
}

/** Where S3 is by its options and the environment; a `ConfigurationError` for what cannot be meant. */
export function s3Endpoint(options: S3Options, platform: Pick<Platform, 'env'>): S3Endpoint {
  const isTrue = (name: string): boolean => readEnv(platform, name)?.toLowerCase() === 'true'
  const fips = options.fips ?? isTrue('AWS_USE_FIPS_ENDPOINT')
  const dualStack = options.dualStack ?? isTrue('AWS_USE_DUALSTACK_ENDPOINT')
  const custom = customUrl(options, platform)
  if (custom === undefined) {
    const host = `s3${fips ? '-fips' : ''}${dualStack ? '.dualstack' : ''}`
    const urlIn = (region: string): string => `https://${host}.${region}.${hostSuffixes(region).plain}`
    return { urlIn, isCustom: false, isPathStyle: options.pathStyle ?? false }
  }
  if (fips || dualStack) {
    throw new ConfigurationError(
      `${custom.from} names an endpoint, and ${fips ? 'FIPS' : 'dual-stack'} another: leave one of them out`,
    )
  }
  return { urlIn: () => custom.url, isCustom: true, isPathStyle: options.pathStyle ?? true }
}

function customUrl({ s3URL }: S3Options, platform: Pick<Platform, 'env'>): { from: string; url: string } | undefined {
  if (s3URL === null) return undefined
  if (s3URL !== undefined) return { from: 's3URL', url: parseBaseUrl(s3URL, 's3URL') }
  if (readEnv(platform, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')?.toLowerCase() === 'true') return undefined
  for (const from of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const given = readEnv(platform, from)
    if (given !== undefined) return { from, url: parseBaseUrl(given, from) }
  }
  return undefined
}

/** The URL of a bucket, of an object in it, or of one of their sub-resources; a `RangeError` for names that no URL carries. */
export function s3Url(
  endpoint: S3Endpoint,
  region: string,
  {
    bucket,
    key = '',
    query = {},
  }: { bucket: string; key?: string | undefined; query?: Readonly<Record<string, string>> | undefined },
): string {
  checkNames(bucket, key)
  const base = new URL(endpoint.urlIn(region))
  // The certificate of AWS's hosts is for one label before them.
  const isInPath = endpoint.isPathStyle || (bucket.includes('.') && base.protocol === 'https:') || /[A-Z_]/.test(bucket)
  const host = isInPath ? base.host : `${bucket}.${base.host}`
  const folder = base.pathname === '/' ? '' : base.pathname
  const path = `${folder}/${isInPath ? `${bucket}${key === '' ? '' : '/'}` : ''}${encodeKey(key)}`
  const parameters = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return `${base.protocol}//${host}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
}

const mostKeyBytes = 1024

function checkNames(bucket: string, key: string): void {
  if (!isBucketName(bucket)) {
    throw new RangeError(
      `${JSON.stringify(bucket.slice(0, 64))} is no name of a bucket: it has 3 to 63 letters, digits, hyphens and dots`,
    )
  }
  if (/\p{Surrogate}/u.test(key)) throw new RangeError('A key is Unicode: this one has half of a surrogate pair')
  if (new TextEncoder().encode(key).length > mostKeyBytes) {
    throw new RangeError(`A key has at most ${mostKeyBytes} bytes in UTF-8`)
  }
  // `fetch` resolves them, however they are encoded, and would call another object.
  if (key.split('/').some((part) => part === '.' || part === '..')) {
    throw new RangeError(
      `No fetch can name the key ${JSON.stringify(key.slice(0, 64))}: it has . or .. between slashes`,
    )
  }
}

function encodeKey(key: string): string {
  return key.split('/').map(encode).join('/')
}

/** By SigV4's rule: `encodeURIComponent` leaves five characters more as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

import { endpointsFor } from '../endpoint/endpoints.ts'
import { regionOf } from '../endpoint/resolve-region.ts'
import { type Platform, readEnv } from '../platform.ts'
import type { ClientOptions } from './client-options.ts'

/** The Region and the URL that a client shows: where its requests go, unless a call says otherwise. */
export interface PublicPlace {
  /** Absent for `auto`, which is resolved when a call is made. */
  readonly region: string | undefined
  readonly baseURL: string
}

/** Finds what a client shows as its Region and its URL; throws a `ConfigurationError` for options that cannot be meant. */
export function publicPlace(options: ClientOptions, platform: Platform): PublicPlace {
  const region = regionOf(options, platform)
  const shown = region ?? readEnv(platform, 'AWS_REGION') ?? readEnv(platform, 'AWS_DEFAULT_REGION') ?? 'us-east-1'
  const endpoints = endpointsFor(shown, { ...options, baseURL: options.baseURL ?? undefined }, (name) =>
    platform.env(name),
  )
  return { region, baseURL: options.wire === 'mantle' ? `${endpoints.mantle}/anthropic` : endpoints.runtime }
}

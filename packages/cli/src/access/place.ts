import type { BedrockOptions } from '@outcrop/client/control'
import { clientOptions } from '../aws/client-options.ts'
import { type Credentials, findCredentials } from '../aws/find-credentials.ts'
import { bedrockUrl, callerRegion } from '../endpoint/endpoint-url.ts'
import type { Io } from '../io.ts'

/** Where `outcrop access` asks, and as whom. */
export interface AccessOptions {
  readonly url?: string
  readonly region?: string
  readonly profile?: string
  readonly json?: boolean
}

/** A place that is asked about access, and what proves who asks. */
export interface AccessPlace {
  readonly url: string
  readonly region: string
  readonly credentials: Credentials
  readonly client: BedrockOptions
}

/** Finds where a command on access asks. */
export async function findPlace({ url: option, region: asked, profile }: AccessOptions, io: Io): Promise<AccessPlace> {
  const region = callerRegion(asked, io.env)
  const url = bedrockUrl(option, region, io.env)
  const credentials = await findCredentials({ profile, url }, io)
  return { url, region, credentials, client: clientOptions(credentials, { url, region, now: io.now }) }
}

import type { Fidelity } from '@outcrop/protocol'
import { clientOptions } from '../aws/client-options.ts'
import { findCredentials } from '../aws/find-credentials.ts'
import { bedrockUrl, callerRegion } from '../endpoint/endpoint-url.ts'
import type { Io } from '../io.ts'
import { catalogueRows, printRows } from './rows.ts'

/** What follows `outcrop models` on the command line. */
export interface ModelsOptions {
  readonly fidelity: Fidelity
  readonly url?: string
  readonly region?: string
  readonly profile?: string
  readonly json?: boolean
}

/** `outcrop models`: lists what the catalogue knows, or what a running endpoint serves when one is named. */
export async function listModels(options: ModelsOptions, io: Io): Promise<void> {
  const rows = await findRows(options, io)
  io.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : printRows(rows))
}

async function findRows({ fidelity, url: option, region: regionOption, profile }: ModelsOptions, io: Io) {
  if (option === undefined && !io.env['OUTCROP_URL']) return catalogueRows(fidelity, io.now())
  const { servedRows } = await import('./served-rows.ts')
  const region = callerRegion(regionOption, io.env)
  const url = bedrockUrl(option, region, io.env)
  const credentials = await findCredentials({ profile, url }, io)
  return servedRows({ ...clientOptions(credentials, { url, region, now: io.now }), baseURL: url })
}

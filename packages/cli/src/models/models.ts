import type { Fidelity } from '@outcrop/protocol'
import { callerRegion } from '../endpoint/authorize.ts'
import { endpointUrl } from '../endpoint/endpoint-url.ts'
import type { Io } from '../io.ts'
import { catalogueRows, printRows } from './rows.ts'

/** What follows `outcrop models` on the command line. */
export interface ModelsOptions {
  readonly fidelity: Fidelity
  readonly url?: string
  readonly region?: string
  readonly json?: boolean
}

/** `outcrop models`: lists what the catalogue knows, or what a running endpoint serves when one is named. */
export async function listModels(options: ModelsOptions, io: Io): Promise<void> {
  const rows = await findRows(options, io)
  io.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : printRows(rows))
}

async function findRows({ fidelity, url, region }: ModelsOptions, io: Io) {
  if (url === undefined && !io.env['OUTCROP_URL']) return catalogueRows(fidelity, io.now())
  const { servedRows } = await import('./served-rows.ts')
  return servedRows({ url: endpointUrl(url, io.env), region: callerRegion(region, io.env), env: io.env, now: io.now })
}

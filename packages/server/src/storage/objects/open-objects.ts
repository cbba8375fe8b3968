import { tmpdir } from 'node:os'
import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/is-loopback.ts'
import type { Objects } from '../objects.ts'
import { createObjects } from './create-objects.ts'

/** Opens the buckets and folders that the configuration names; nothing is called before an object is asked for. The data folder is never open. */
export async function openObjects(config: Config, data?: string): Promise<Objects> {
  const { s3, region } = config
  const buckets = s3 && (await import('./open-buckets.ts')).openBuckets(s3, region)
  return createObjects({
    buckets,
    folders: config.batch.folders ?? usualFolders(config),
    // What the endpoint keeps is no caller's to read or to write.
    closed: data === undefined ? [] : [data],
  })
}

/** Where every caller is let in and none comes from afar, the files are those of whoever started the endpoint. */
function usualFolders({ auth, listen }: Config): readonly string[] {
  return auth.mode === 'open' && isLoopback(listen.host) ? [process.cwd(), tmpdir()] : []
}

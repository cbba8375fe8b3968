import { tmpdir } from 'node:os'
import { createS3, type S3, type S3Options } from '@outcrop/client/s3'
import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/is-loopback.ts'
import type { S3Config } from '../../config/s3-config.ts'
import type { Objects } from '../objects.ts'
import { createObjects } from './create-objects.ts'

/** Opens the buckets and folders that the configuration names; nothing is called before an object is asked for. */
export function openObjects(config: Config): Objects {
  const { s3, region } = config
  return createObjects({ s3: s3 && openS3(s3, region), folders: config.batch.folders ?? usualFolders(config) })
}

/** Where every caller is let in and none comes from afar, the files are those of whoever started the endpoint. */
function usualFolders({ auth, listen }: Config): readonly string[] {
  return auth.mode === 'open' && isLoopback(listen.host) ? [process.cwd(), tmpdir()] : []
}

function openS3({ endpoint, region, credentials, pathStyle }: S3Config, ownRegion: string): S3 {
  const keys: S3Options =
    credentials === 'default'
      ? {}
      : {
          awsAccessKey: credentials.accessKeyId,
          awsSecretKey: credentials.secretAccessKey,
          awsSessionToken: credentials.sessionToken,
        }
  // Without an endpoint AWS is meant, whatever the environment says: it may name this very endpoint.
  return createS3({ s3URL: endpoint ?? null, awsRegion: region ?? ownRegion, pathStyle, ...keys })
}

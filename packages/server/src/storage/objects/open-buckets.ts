import { createS3, type S3Options } from '@outcrop/client/s3'
import type { S3Config } from '../../config/s3-config.ts'
import type { Objects } from '../objects.ts'
import { createBucketObjects } from './bucket-objects.ts'

/** Opens the S3 that is configured, by the client's own hands; apart, so that an endpoint without one does not load the client. */
export function openBuckets({ endpoint, region, credentials, pathStyle }: S3Config, ownRegion: string): Objects {
  const keys: S3Options =
    credentials === 'default'
      ? {}
      : {
          awsAccessKey: credentials.accessKeyId,
          awsSecretKey: credentials.secretAccessKey,
          awsSessionToken: credentials.sessionToken,
        }
  // Without an endpoint AWS is meant, whatever the environment says: it may name this very endpoint.
  return createBucketObjects(createS3({ s3URL: endpoint ?? null, awsRegion: region ?? ownRegion, pathStyle, ...keys }))
}

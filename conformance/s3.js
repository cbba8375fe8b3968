// A real S3 for batch jobs: a server of somebody else's, and a bucket in it for this run.
import { startVersitygw } from '../tools/services/s3-servers.js'

const bucket = 'conformance-jobs'

/**
 * @typedef {{ url: string, bucket: string, accessKeyId: string, secretAccessKey: string }} S3Target
 * @typedef {{ stop: () => Promise<void>, target: S3Target | { missing: string } }} S3
 */

/**
 * Starts the server and makes the bucket. Where it cannot be had the target says why, and whoever needs it fails with that.
 * @returns {Promise<S3>}
 */
export async function openS3() {
  try {
    const { stop, ...server } = await startVersitygw()
    try {
      await makeBucket(server)
    } catch (error) {
      await stop()
      throw error
    }
    return { stop, target: { url: server.url, bucket, ...keysOf(server) } }
  } catch (error) {
    return withoutS3(`no S3 server can be had here: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** What a run has that starts no server. @param {string} missing @returns {S3} */
export function withoutS3(missing) {
  return { stop: async () => {}, target: { missing: missing.slice(0, 300) } }
}

/** @param {{ accessKeyId: string, secretAccessKey: string }} server */
const keysOf = ({ accessKeyId, secretAccessKey }) => ({ accessKeyId, secretAccessKey })

/** @param {{ url: string, accessKeyId: string, secretAccessKey: string }} server */
async function makeBucket({ url, accessKeyId, secretAccessKey }) {
  // The client is built first, so it cannot be imported before.
  const { createS3 } = await import('@outcrop/client/s3')
  const keys = { awsAccessKey: accessKeyId, awsSecretKey: secretAccessKey }
  await createS3({ s3URL: url, awsRegion: 'us-east-1', ...keys }).createBucket(bucket)
}

/** The section `s3:` of an endpoint's configuration. @param {S3['target']} target */
export function s3Section(target) {
  if ('missing' in target) return {}
  const { url: endpoint, accessKeyId, secretAccessKey } = target
  return { s3: { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey } }
}

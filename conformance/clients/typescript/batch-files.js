// The files of batch jobs, in the real S3 of this run.
import { createS3 } from '@outcrop/client/s3'
import { target } from './harness.js'

/** Where the S3 of this run is; a run without one says why, and the check fails with that. */
export function findS3() {
  if ('missing' in target.s3) throw new Error(target.s3.missing)
  return target.s3
}

function open() {
  const { url: s3URL, accessKeyId: awsAccessKey, secretAccessKey: awsSecretKey } = findS3()
  return createS3({ s3URL, awsRegion: 'us-east-1', awsAccessKey, awsSecretKey })
}

/** @param {string} key @param {readonly object[]} records */
export async function putRecords(key, records) {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  await open().putObject({ bucket: findS3().bucket, key }, lines)
}

/** @param {string} key @returns {Promise<any[]>} */
export async function readRecords(key) {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of (await open().getObject({ bucket: findS3().bucket, key })).body) {
    text += decoder.decode(piece, { stream: true })
  }
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

import type { S3Place } from './s3-objects.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Sender } from './send-s3.ts'

/** Deletes an object; that there is none is no failure. */
export async function deleteObject(sender: S3Sender, place: S3Place, { signal }: S3Call = {}): Promise<void> {
  await sender.sendForText({ operation: 'DeleteObject', method: 'DELETE', ...place, signal })
}

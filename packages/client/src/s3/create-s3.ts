import { platform as ownPlatform } from '#platform'
import { createBucket, hasBucket } from './buckets.ts'
import { deleteObject } from './delete-object.ts'
import { getObject, headObject } from './get-object.ts'
import type { ExpirationRule, LifecycleRule } from './lifecycle-rule.ts'
import { addExpirationRule, getLifecycleRules, putLifecycleRules } from './lifecycle.ts'
import { listObjects } from './list-objects.ts'
import { putObject } from './put-object.ts'
import type { S3Body, S3ListedObject, S3Object, S3ObjectHead, S3Place, S3PutResult, S3Range } from './s3-objects.ts'
import type { S3Call, S3Options } from './s3-options.ts'
import { createS3Sender } from './send-s3.ts'

/** Amazon S3, or another that speaks as it does. Everything rejects as `S3Error` when S3 refuses or cannot be reached. */
export interface S3 {
  /**
   * Reads an object, or a range of it, as it arrives. A connection that breaks on the way is made again where it broke, as long as
   * the object is still the same.
   */
  getObject(place: S3Place, options?: S3Call & { readonly range?: S3Range | undefined }): Promise<S3Object>
  /** What S3 tells of an object; `undefined` where there is none, or no such bucket. */
  headObject(place: S3Place, call?: S3Call): Promise<S3ObjectHead | undefined>
  /**
   * Writes an object whole: it is not seen before it is complete. Up to 8 MiB go in one request, more of what arrives piece by piece in
   * parts, of which nothing stays when it fails.
   */
  putObject(
    place: S3Place,
    body: S3Body,
    options?: S3Call & { readonly contentType?: string | undefined },
  ): Promise<S3PutResult>
  /** Deletes an object; that there is none is no failure. */
  deleteObject(place: S3Place, call?: S3Call): Promise<void>
  /** The objects whose keys begin so, in the order of their keys' bytes, a page of 1000 at a time. */
  listObjectsV2(
    bucket: string,
    options?: S3Call & { readonly prefix?: string | undefined; readonly startAfter?: string | undefined },
  ): AsyncIterable<S3ListedObject>
  /** Tells whether there is such a bucket; one that others own and that these credentials may not see rejects with AccessDenied. */
  headBucket(bucket: string, call?: S3Call): Promise<boolean>
  /** Creates a bucket in this client's Region; one that these credentials have already is no failure. */
  createBucket(bucket: string, call?: S3Call): Promise<void>
  /** The lifecycle rules of a bucket; none where it has no configuration. */
  getBucketLifecycleConfiguration(bucket: string, call?: S3Call): Promise<readonly LifecycleRule[]>
  /** Gives a bucket these rules and no others; those that it had are put back as they were. */
  putBucketLifecycleConfiguration(
    bucket: string,
    rules: ReadonlyArray<LifecycleRule | ExpirationRule>,
    call?: S3Call,
  ): Promise<void>
  /**
   * Has a bucket's objects under a prefix expire, beside the rules that it has: one with this id is replaced. Tells whether anything
   * had to change. Two callers at once may undo each other: S3 has no way to change one rule alone.
   */
  addExpirationRule(bucket: string, rule: ExpirationRule, call?: S3Call): Promise<boolean>
}

/**
 * A client for S3 wherever `fetch` is. Credentials are found as everywhere in this client: those given, else those of the environment
 * and the AWS chain. A bucket in another Region is found by what S3 says of it.
 */
export function createS3(options: S3Options = {}): S3 {
  const sender = createS3Sender(options, ownPlatform)
  return {
    getObject: (place, call) => getObject(sender, place, call),
    headObject: (place, call) => headObject(sender, place, call),
    putObject: (place, body, call) => putObject(sender, place, body, call),
    deleteObject: (place, call) => deleteObject(sender, place, call),
    listObjectsV2: (bucket, call) => listObjects(sender, bucket, call),
    headBucket: (bucket, call) => hasBucket(sender, bucket, call),
    createBucket: (bucket, call) => createBucket(sender, bucket, call),
    getBucketLifecycleConfiguration: async (bucket, call) => (await getLifecycleRules(sender, bucket, call)).rules,
    putBucketLifecycleConfiguration: (bucket, rules, call) => putLifecycleRules(sender, bucket, rules, call),
    addExpirationRule: (bucket, rule, call) => addExpirationRule(sender, bucket, rule, call),
  }
}

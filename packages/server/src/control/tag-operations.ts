import {
  GatewayError,
  parseListTagsForResource,
  parseTagResource,
  parseUntagResource,
  partitionOf,
  texts,
} from '@outcrop/protocol'
import { findApplicationProfile } from '../state/application-profiles.ts'
import { findJob } from '../state/jobs.ts'
import { deleteTags, type Owner, putTags, type TaggedResource, tagsOf } from '../state/tags.ts'
import type { Reader } from '../storage/store.ts'
import type { ControlServices, Operation } from './control-call.ts'

/** Whether an account has a resource of the kind, by the last part of its ARN. */
type Exists = (reader: Reader, owner: Owner, id: string) => boolean

/** What can have tags here, by the type in its ARN. */
const kinds: Readonly<Record<string, Exists>> = {
  'application-inference-profile': (reader, owner, id) => findApplicationProfile(reader, owner, id) !== undefined,
  'model-invocation-job': (reader, { account, region }, id) => findJob(reader, account, region, id) !== undefined,
}

/** Makes the operations on tags (WIRE §7.6). */
export function createTagOperations({ store }: ControlServices) {
  return {
    TagResource: async ({ caller, body }) => {
      const { resourceARN, tags } = parseTagResource(body)
      await store.transact((transaction) => putTags(transaction, find(transaction, caller, resourceARN), tags))
      return {}
    },
    UntagResource: async ({ caller, body }) => {
      const { resourceARN, tagKeys } = parseUntagResource(body)
      await store.transact((transaction) => deleteTags(transaction, find(transaction, caller, resourceARN), tagKeys))
      return {}
    },
    ListTagsForResource: ({ caller, body }) => {
      const { resourceARN } = parseListTagsForResource(body)
      return { tags: tagsOf(store, find(store, caller, resourceARN)) }
    },
  } as const satisfies Readonly<Record<string, Operation>>
}

/** Finds a resource of the caller's own; throws the 404 of one that there is not, or that is of another account or Region. [?] */
function find(reader: Reader, { account, region }: Owner, arn: string): TaggedResource {
  const prefix = `arn:${partitionOf(region)}:bedrock:${region}:${account}:`
  const [type = '', id = ''] = arn.startsWith(prefix) ? arn.slice(prefix.length).split('/') : []
  const exists = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (exists?.(reader, { account, region }, id) !== true) {
    throw new GatewayError('notFound', texts.resourceNotFound(arn))
  }
  return { account, region, arn }
}

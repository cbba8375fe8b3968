import { GatewayError, mostTags, type Tag, texts } from '@outcrop/protocol'
import { collection, type Key, type Reader, type Transaction } from '../storage/store.ts'

/** Whose resource it is. */
export interface Owner {
  readonly account: string
  readonly region: string
}

/** A resource that has tags, named by its whole ARN. */
export interface TaggedResource extends Owner {
  readonly arn: string
}

const tagsByArn = collection<readonly Tag[]>('tags')

/** Gives a resource's tags in the order of their first writing. */
export function tagsOf(reader: Reader, resource: TaggedResource): readonly Tag[] {
  return reader.get(tagsByArn, keyOf(resource)) ?? []
}

/** Adds tags to a resource, or changes their values; throws the refusal of more than one resource can have. */
export function putTags(transaction: Transaction, resource: TaggedResource, tags: readonly Tag[]): void {
  const kept = new Map(tagsOf(transaction, resource).map(({ key, value }) => [key, value]))
  for (const { key, value } of tags) kept.set(key, value)
  if (kept.size > mostTags) {
    throw new GatewayError('tooManyTags', texts.tooManyTags(mostTags), { members: { resourceName: resource.arn } })
  }
  if (kept.size > 0) {
    transaction.put(
      tagsByArn,
      keyOf(resource),
      [...kept].map(([key, value]) => ({ key, value })),
    )
  }
}

/** Takes tags off a resource, as far as it has them; all of them without keys, as when it is deleted. */
export function deleteTags(transaction: Transaction, resource: TaggedResource, keys?: readonly string[]): void {
  const gone = new Set(keys)
  const left = keys === undefined ? [] : tagsOf(transaction, resource).filter(({ key }) => !gone.has(key))
  if (left.length === 0) transaction.delete(tagsByArn, keyOf(resource))
  else transaction.put(tagsByArn, keyOf(resource), left)
}

function keyOf({ account, region, arn }: TaggedResource): Key {
  return [account, region, arn]
}

import { applicationProfileArn, GatewayError, type Tag, texts } from '@outcrop/protocol'
import type { ApplicationProfileUse } from '../call.ts'
import { collection, type Key, type Reader, type Transaction } from '../storage/store.ts'
import { deleteTags, type Owner, putTags, tagsOf } from './tags.ts'

/** An application inference profile as an account keeps it. */
export interface ApplicationProfile {
  /** Twelve lower-case letters and digits. */
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly description?: string
  /** The ARN of the foundation model or system-defined profile that it was made of. */
  readonly copyFrom: string
  /** The ARNs of the models that this sends calls to, as they were when it was made. */
  readonly modelArns: readonly string[]
  /** Milliseconds of the epoch. */
  readonly createdAt: number
  /** The request that made it, so that repeating it makes no second one. */
  readonly request?: { readonly token: string; readonly input: string }
}

/** What a new profile is made of. */
export interface NewApplicationProfile extends Omit<ApplicationProfile, 'arn'> {
  readonly tags: readonly Tag[]
}

const profiles = collection<ApplicationProfile>('application-profiles')

/** [?] AWS's default quota is not recorded; a list that nothing bounds is no list. */
const mostProfiles = 1000

/** Makes a profile, or finds the one that the same request made before; throws the refusal of another with its token. */
export function createApplicationProfile(
  transaction: Transaction,
  owner: Owner,
  { tags, ...made }: NewApplicationProfile,
): ApplicationProfile {
  const existing = listApplicationProfiles(transaction, owner)
  const { request } = made
  const before = request && existing.find((profile) => profile.request?.token === request.token)
  if (before !== undefined) {
    if (before.request?.input === request?.input) return before
    throw new GatewayError('conflict', texts.tokenReused)
  }
  if (existing.length >= mostProfiles) throw new GatewayError('quotaExceeded', texts.tooManyProfiles(mostProfiles))
  const { account, region } = owner
  const arn = applicationProfileArn(region, account, made.id)
  const profile = { ...made, arn }
  transaction.put(profiles, keyOf(owner, made.id), profile)
  putTags(transaction, { account, region, arn }, tags)
  return profile
}

/** Finds a profile by its twelve characters. */
export function findApplicationProfile(reader: Reader, owner: Owner, id: string): ApplicationProfile | undefined {
  return reader.get(profiles, keyOf(owner, id))
}

/** Lists the profiles of an account in a Region. */
export function listApplicationProfiles(reader: Reader, { account, region }: Owner): readonly ApplicationProfile[] {
  return reader.list(profiles, [account, region]).map(([, profile]) => profile)
}

/** Deletes a profile and its tags; tells whether there was one. */
export function deleteApplicationProfile(transaction: Transaction, owner: Owner, id: string): boolean {
  const profile = findApplicationProfile(transaction, owner, id)
  if (profile === undefined) return false
  transaction.delete(profiles, keyOf(owner, id))
  deleteTags(transaction, { account: owner.account, region: owner.region, arn: profile.arn })
  return true
}

/** A profile as a call uses it: with the tags of this moment. */
export function useApplicationProfile(reader: Reader, { account, region }: Owner, arn: string): ApplicationProfileUse {
  const tags = tagsOf(reader, { account, region, arn })
  return { arn, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) }
}

function keyOf({ account, region }: Owner, id: string): Key {
  return [account, region, id]
}

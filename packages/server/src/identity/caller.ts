import type { Identity } from '../call.ts'
import { digestOf } from './hashing.ts'

/** Who a caller is, whichever Region a call is for. */
export interface Caller {
  readonly user: string
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly allow?: readonly string[] | undefined
  readonly isAdmin?: boolean | undefined
}

/** What a configured credential lets its holder do. */
export type CallerRights = Pick<Caller, 'allow' | 'isAdmin'>

/** Makes the names that IAM gives a user; a holder of temporary credentials is a federated user of STS. */
export function createCaller(user: string, account: string, temporary = false, rights: CallerRights = {}): Caller {
  if (temporary) {
    return {
      ...rights,
      user,
      account,
      arn: `arn:aws:sts::${account}:federated-user/${user}`,
      userId: `${account}:${user}`,
    }
  }
  return { ...rights, user, account, arn: `arn:aws:iam::${account}:user/${user}`, userId: userIdOf(account, user) }
}

/** The identity of a caller for one call. */
export function identify(
  caller: Caller,
  how: Identity['how'],
  region: string,
  accessKeyId: string | null = null,
): Identity {
  const { user, account, arn, userId, allow, isAdmin } = caller
  return { how, user, arn, userId, account, region, accessKeyId, allow, isAdmin }
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

// Looks like IAM's unique ids and stays the same for the same user, with nothing stored.
function userIdOf(account: string, user: string): string {
  let id = 'AIDA'
  for (const byte of digestOf(`${account}/${user}`).subarray(0, 17)) id += base32.charAt(byte & 31)
  return id
}

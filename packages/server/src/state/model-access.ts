import type { Clock } from '../clock.ts'
import type { Store, Transaction } from '../storage/store.ts'
import type {
  AccessEntry,
  AccessKey,
  AccessOrder,
  AccessPolicy,
  DataRetention,
  Decision,
  ModelAccess,
} from './access.ts'
import { agreements, decisions, every, forms, hasAgreement, keyOf, obstacleTo, retentions } from './access-rules.ts'

/** Opens access to models over the store that keeps it. */
export function createModelAccess(options: {
  readonly store: Store
  readonly clock: Clock
  readonly policy: AccessPolicy
}): ModelAccess {
  const { store, clock, policy } = options
  const at = (): string => new Date(clock.now()).toISOString()
  return {
    policy,
    obstacle: (key) => obstacleTo(store, policy, key),
    agree: (key) =>
      store.transact((transaction) => {
        // One that the policy implies may be made in so many words, once.
        if (transaction.get(agreements, keyOf(key))?.status === 'made') return false
        transaction.put(agreements, keyOf(key), { status: 'made', at: at() })
        return true
      }),
    end: (key) =>
      store.transact((transaction) => {
        if (!hasAgreement(transaction, policy, key)) return false
        transaction.put(agreements, keyOf(key), { status: 'ended', at: at() })
        return true
      }),
    form: (account) => store.get(forms, [account])?.formData,
    putForm: (account, formData) =>
      store.transact((transaction) => transaction.put(forms, [account], { formData, at: at() })),
    decide: (order, status) =>
      store.transact((transaction) => {
        forgetCovered(transaction, order, status)
        const decision: Decision = { status, at: at() }
        transaction.put(decisions, [order.account ?? every, order.region ?? every, order.modelId], decision)
        return decision
      }),
    list: () => listAccess(store, policy),
    // Seen of Regions where nobody has set it; what it inherits is `default`.
    retention: ({ account, region }) => store.get(retentions, [account, region]) ?? { mode: 'inherit' },
    putRetention: ({ account, region }, mode) =>
      store.transact((transaction) => {
        const retention: DataRetention = { mode, updatedAt: at() }
        transaction.put(retentions, [account, region], retention)
        return retention
      }),
  }
}

function listAccess(store: Store, policy: AccessPolicy): readonly AccessEntry[] {
  const said = [...store.list(agreements), ...store.list(decisions)]
  const keys = new Map(said.map(([key]) => [key.join(' '), key]))
  return [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => entryOf(store, policy, key))
}

function entryOf(
  store: Store,
  policy: AccessPolicy,
  [account = '', region = '', modelId = '']: readonly string[],
): AccessEntry {
  const key: AccessKey = { account, region, modelId }
  const agreement = store.get(agreements, keyOf(key))
  const decision = store.get(decisions, keyOf(key))
  const isOfMany = account === every || region === every
  const said = isOfMany && policy !== 'never' ? decision?.status : obstacleTo(store, policy, key)
  return {
    ...key,
    status: said ?? 'granted',
    form: store.get(forms, [account]) !== undefined,
    ...(agreement && { agreement }),
    ...(decision && { decision }),
  }
}

/** A later word covers the earlier ones within it; what is granted again had not ended. */
function forgetCovered(transaction: Transaction, order: AccessOrder, status: Decision['status']): void {
  const { account, region, modelId } = order
  const covers = ([ofAccount, ofRegion, ofModel]: readonly string[]): boolean =>
    ofModel === modelId &&
    (account === undefined || account === ofAccount) &&
    (region === undefined || region === ofRegion)
  for (const [key] of transaction.list(decisions)) if (covers(key)) transaction.delete(decisions, key)
  if (status === 'revoked') return
  for (const [key, { status: own }] of transaction.list(agreements)) {
    if (own === 'ended' && covers(key)) transaction.delete(agreements, key)
  }
}

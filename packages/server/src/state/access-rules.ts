import { collection, type Reader } from '../storage/store.ts'
import type { AccessKey, AccessObstacle, AccessPolicy, Agreement, DataRetention, Decision } from './access.ts'

/** Forms by account. */
export const forms = collection<{ readonly formData: string; readonly at: string }>('use-case-forms')
/** What accounts have said, by account, Region and model. */
export const agreements = collection<Agreement>('model-agreements')
/** What operators have said, by account, Region and model, where an account or a Region may be `every`. */
export const decisions = collection<Decision>('model-access-decisions')
/** By account and Region. */
export const retentions = collection<DataRetention>('data-retention')

/** Stands for every account or every Region in the key of a decision. */
export const every = '*'

type Looks = Pick<Reader, 'get'>

/** The key that documents on access lie under. */
export function keyOf({ account, region, modelId }: AccessKey): readonly [string, string, string] {
  return [account, region, modelId]
}

/** What keeps an account from a model under a policy; nothing when it may call it. */
export function obstacleTo(reader: Looks, policy: AccessPolicy, key: AccessKey): AccessObstacle | undefined {
  if (policy === 'never') return 'never'
  const decision = decisionOn(reader, key)
  if (decision === 'revoked') return 'revoked'
  const agreement = reader.get(agreements, keyOf(key))
  if (agreement?.status === 'ended') return 'agreementMissing'
  if (decision === 'granted' || policy === 'granted') return undefined
  if (reader.get(forms, [key.account]) === undefined) return 'formMissing'
  if (agreement === undefined) return 'agreementMissing'
  return policy === 'admin' ? 'pending' : undefined
}

/** Whether an agreement stands: one that was made, or one that the policy or an operator implies. */
export function hasAgreement(reader: Looks, policy: AccessPolicy, key: AccessKey): boolean {
  const agreement = reader.get(agreements, keyOf(key))
  if (agreement !== undefined) return agreement.status === 'made'
  return policy === 'granted' || decisionOn(reader, key) === 'granted'
}

/** What operators have said, the particular before the general. Where none has said anything it costs next to nothing. */
function decisionOn(reader: Looks, { account, region, modelId }: AccessKey): Decision['status'] | undefined {
  const decision =
    reader.get(decisions, [account, region, modelId]) ??
    reader.get(decisions, [account, every, modelId]) ??
    reader.get(decisions, [every, region, modelId]) ??
    reader.get(decisions, [every, every, modelId])
  return decision?.status
}

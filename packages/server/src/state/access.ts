import type { RetentionMode } from '@outcrop/protocol'

/**
 * Who gets access to models: everybody; accounts that have put the form and made the agreement; those that an operator has
 * granted it besides; or nobody.
 */
export type AccessPolicy = 'granted' | 'ask' | 'admin' | 'never'

/** A model as an account has it in a Region; access is kept by these three. */
export interface AccessKey {
  readonly account: string
  readonly region: string
  /** The base id. */
  readonly modelId: string
}

/** What keeps an account from a model. */
export type AccessObstacle =
  /** Anthropic's form has not been put. */
  | 'formMissing'
  /** No agreement has been made, or it has been deleted. */
  | 'agreementMissing'
  /** An agreement has been made, and no operator has granted it yet. */
  | 'pending'
  /** An operator has taken the model away. */
  | 'revoked'
  /** The endpoint gives nobody access. */
  | 'never'

/** What an operator says of a model: of one account or all, in one Region or all. */
export interface AccessOrder {
  readonly modelId: string
  readonly account?: string | undefined
  readonly region?: string | undefined
}

/** Something that has been said of access to a model, and what has become of it. `*` is every account or Region. */
export interface AccessEntry extends AccessKey {
  readonly status: 'granted' | AccessObstacle
  readonly form: boolean
  /** When the account made its agreement, or ended it. */
  readonly agreement?: Agreement
  /** The operator's word, and when it was said. */
  readonly decision?: Decision
}

/** An account's own word. Times are ISO 8601. */
export interface Agreement {
  readonly status: 'made' | 'ended'
  readonly at: string
}

/** An operator's word. Times are ISO 8601. */
export interface Decision {
  readonly status: 'granted' | 'revoked'
  readonly at: string
}

/** How an account's data is kept in a Region. */
export interface DataRetention {
  readonly mode: RetentionMode
  /** ISO 8601; absent while nobody has set it. */
  readonly updatedAt?: string
}

/** Access to models: what accounts and operators have said of it, and what follows. */
export interface ModelAccess {
  readonly policy: AccessPolicy
  /** What keeps an account from a model; nothing when it may call it. Every call asks this. */
  obstacle(key: AccessKey): AccessObstacle | undefined
  /** Makes an agreement; false when one stands already. */
  agree(key: AccessKey): Promise<boolean>
  /** Ends an agreement, also one that the policy implies; false when there is none. */
  end(key: AccessKey): Promise<boolean>
  /** The form of an account, in base64. */
  form(account: string): string | undefined
  putForm(account: string, formData: string): Promise<void>
  /** The operator's last word counts, for all that it covers. */
  decide(order: AccessOrder, status: Decision['status']): Promise<Decision>
  /** Everything that has been said, by account, Region and model. */
  list(): readonly AccessEntry[]
  retention(place: Pick<AccessKey, 'account' | 'region'>): DataRetention
  putRetention(place: Pick<AccessKey, 'account' | 'region'>, mode: RetentionMode): Promise<DataRetention>
}

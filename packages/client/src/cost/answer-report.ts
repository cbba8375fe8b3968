import type { BilledUsage } from '@outcrop/protocol'
import type { MessageCost } from './cost-of-message.ts'

/** What an answer took and what that costs; of a stream as far as it was counted when it ended or was given up. */
export interface AnswerReport {
  readonly region: string
  readonly modelId: string
  readonly requestId: string | undefined
  readonly usage: BilledUsage | null
  readonly cost: MessageCost
}

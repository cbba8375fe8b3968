import type { BilledUsage } from '@outcrop/protocol'
import { costContextOf } from './cost-context.ts'
import { type CostContext, costOfMessage, type MessageCost } from './cost-of-message.ts'

/** Knows of the latest answers of a client how they were asked for, so that a message is enough to tell its cost. */
export interface CostLedger {
  /** Remembers a message, or the `message_start` of one, with the headers of its response. */
  readonly remember: (message: { readonly id: string }, headers: Headers) => void
  readonly costOf: (message: { readonly id: string; readonly usage: BilledUsage }) => MessageCost
}

/** A client of many months must not remember every answer. */
const mostAnswers = 1000

/** Creates a ledger of a thousand answers; one that it does not know has an unknown cost. */
export function createCostLedger(now: () => number): CostLedger {
  const contexts = new Map<string, CostContext>()
  return {
    remember(message, headers) {
      const context = costContextOf(headers, message)
      if (context === undefined) return
      contexts.delete(message.id)
      contexts.set(message.id, { ...context, now: now() })
      if (contexts.size <= mostAnswers) return
      const [oldest] = contexts.keys()
      if (oldest !== undefined) contexts.delete(oldest)
    },
    costOf(message) {
      const context = contexts.get(message.id)
      if (context !== undefined) return costOfMessage(message, context)
      return {
        usd: null,
        picoUsd: null,
        unknown: 'this client does not remember how the message was asked for: use costOfMessage',
        items: [],
      }
    },
  }
}

import { type CostContext, costOfMessage, type MessageCost } from '@outcrop/client/cost'
import type { BilledUsage } from '@outcrop/protocol'
import { printable } from '../io.ts'

/** What an answer costs, as JSON and a terminal can have it. */
export type AnswerCost = Omit<MessageCost, 'picoUsd'>

/** Says what an answer costs, as far as its id tells the model and the scope, and sources give the prices. */
export function costOfAnswer(usage: BilledUsage | null, context: CostContext): AnswerCost {
  const { usd, unknown, items } = costOfMessage(usage, context)
  return { usd, unknown: unknown === null ? null : printable(unknown), items }
}

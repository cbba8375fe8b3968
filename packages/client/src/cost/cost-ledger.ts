import type { BilledUsage } from '@outcrop/protocol'
import { costContextOf } from './cost-context.ts'
import { type CostContext, costOfMessage, type MessageCost } from './cost-of-message.ts'

/** Knows of the latest answers of a client how they were asked for, so that a message is enough to tell its cost. */
export interface CostLedger {
  /** Remembers what a client was answered, with the headers of the response: a message; all else is passed over. */
  readonly remember: (answer: unknown, headers: Headers) => void
  /** Remembers a stream by its events, given one after the other. */
  readonly rememberStream: (headers: Headers) => (event: unknown) => void
  readonly costOf: (message: { readonly id: string; readonly usage: BilledUsage }) => MessageCost
}

/** A client of many months must not remember every answer. */
const mostAnswers = 1000

/** Creates a ledger of a thousand answers; one that it does not know has an unknown cost. */
export function createCostLedger(now: () => number): CostLedger {
  const contexts = new Map<string, CostContext>()

  function keep(id: string, answer: unknown, headers: Headers): void {
    const context = costContextOf(headers, answer)
    if (context === undefined) return
    contexts.delete(id)
    contexts.set(id, { ...context, now: now() })
    if (contexts.size <= mostAnswers) return
    const [oldest] = contexts.keys()
    if (oldest !== undefined) contexts.delete(oldest)
  }

  return {
    remember(answer, headers) {
      const id = idOf(answer)
      if (id !== undefined) keep(id, answer, headers)
    },
    rememberStream(headers) {
      let id: string | undefined
      return (event) => {
        const type = memberOf(event, 'type')
        if (type === 'message_start') id = idOf(memberOf(event, 'message'))
        // Converse says its tier and its latency with the end.
        if (id !== undefined && (type === 'message_start' || type === 'message_stop')) keep(id, event, headers)
      }
    },
    costOf(message) {
      const context = contexts.get(message.id) ?? batchContextOf(message)
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

/** How a result of a batch was asked for, which it says itself. */
function batchContextOf(message: unknown): CostContext | undefined {
  const batch = memberOf(message, 'amazon-bedrock-batch')
  const [modelId, region] = [memberOf(batch, 'modelId'), memberOf(batch, 'region')]
  return typeof modelId === 'string' && typeof region === 'string' ? { modelId, region } : undefined
}

function idOf(message: unknown): string | undefined {
  const id = memberOf(message, 'id')
  return typeof id === 'string' && memberOf(message, 'type') === 'message' ? id : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null
}

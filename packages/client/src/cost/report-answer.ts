import type { BilledUsage } from '@outcrop/protocol'
import type { WireEvent } from '../wires/wire-adapter.ts'
import type { AnswerReport } from './answer-report.ts'
import { costContextOf } from './cost-context.ts'
import { costOfMessage } from './cost-of-message.ts'
import { createUsageMeter, usageOf } from './usage-meter.ts'

/** An answer before its body is read. */
export interface AnswerFacts {
  /** Those of the response as the caller gets it. */
  readonly headers: Headers
  /** Milliseconds of the epoch. */
  readonly now: () => number
  readonly tell: (report: AnswerReport) => void
}

/** Tells of a whole answer, given as JSON or as its text. */
export function reportMessage(message: string | object, facts: AnswerFacts): void {
  let parsed: unknown = message
  try {
    if (typeof message === 'string') parsed = JSON.parse(message)
  } catch {
    // Whoever asked will find it out; it was not counted.
  }
  report(usageOf(parsed), parsed, facts)
}

/** Passes events on and tells of the answer once, when they end. */
export async function* reportEvents(
  events: AsyncIterable<WireEvent>,
  facts: AnswerFacts,
): AsyncGenerator<WireEvent, void> {
  const meter = createUsageMeter()
  try {
    for await (const event of events) {
      meter.see(event)
      yield event
    }
  } finally {
    report(meter.usage(), meter.end(), facts)
  }
}

function report(usage: BilledUsage | null, answer: unknown, { headers, now, tell }: AnswerFacts): void {
  const context = costContextOf(headers, answer)
  if (context === undefined) return
  const { modelId, region } = context
  tell({
    region,
    modelId,
    requestId: headers.get('request-id') ?? undefined,
    usage,
    cost: costOfMessage(usage, { ...context, now: now() }),
  })
}

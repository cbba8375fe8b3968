import { type MessagesRequest, type ModelEntry, type ResolvedModel, type Warn, whatHappens } from '@outcrop/protocol'
import type { Fidelity, Wire } from '@outcrop/protocol'
import type { Headers } from './edge/dialects/aws-json.ts'
import type { HeaderMap } from './exchange.ts'
import type { Log } from './log.ts'

/** The header of an answer about a model that has warnings, or to a request that gave rise to some. */
export type WarningHeaders = (model: ResolvedModel, warnings?: readonly string[]) => Headers

/** Creates what says warnings to every caller in a header, and each once to the operator. */
export function createWarnings(log: Log): WarningHeaders {
  const warned = new Set<string>()
  return ({ model, warnings: ofModel }, ofRequest = []) => {
    if (ofModel.length === 0 && ofRequest.length === 0) return []
    const text = [...ofModel, ...ofRequest].join(' ')
    // Texts come from the catalogue alone, so there are only so many.
    const key = `${model.modelId} ${text}`
    if (!warned.has(key)) {
      warned.add(key)
      log.warn(text)
    }
    return [['x-outcrop-warning', text]]
  }
}

/** Where a request was sent, and who hears of what has no effect there. */
interface WarningContext {
  readonly model: ModelEntry
  readonly wire: Wire
  readonly fidelity: Fidelity
  readonly warn: Warn
}

/** Warns of betas that are named in a header alone, where only the body's count (WIRE §3.2). */
export function warnOfBetaHeader(headers: HeaderMap, request: MessagesRequest, context: WarningContext): void {
  const named = headers['anthropic-beta']
  if (named === undefined) return
  const inBody = request.anthropic_beta ?? []
  if (named.split(',').every((beta) => inBody.includes(beta.trim()))) return
  const outcome = whatHappens('anthropic-beta', 'header', context)
  if (outcome.kind === 'drop') context.warn(outcome.warning)
}

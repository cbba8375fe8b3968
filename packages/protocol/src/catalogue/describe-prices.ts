import { type CostInput, findObstacle, findRow, reasons } from './cost.ts'
import { longContextBounds } from './prices.ts'
import type { PriceItem } from './types.ts'

const items = ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'] as const satisfies readonly PriceItem[]
const batchItems = ['batchInput', 'batchOutput'] as const satisfies readonly PriceItem[]

/**
 * Says in one line of ASCII what a million tokens of a call cost, in US dollars: `input=5.5, output=27.5, …`, and behind a
 * semicolon what they cost beyond a size (`above=100000`). What no source gives is `unknown`, never zero.
 */
export function describePrices(call: Omit<CostInput, 'usage' | 'cacheTtl'>): string {
  const obstacle = findObstacle(call)
  if (obstacle !== undefined) return `unknown (${reasons[obstacle]})`
  const wanted = call.isBatch === true ? batchItems : items
  const line = (above: number | undefined): string => {
    const row = findRow(call, above)
    return wanted.map((item) => `${item}=${row?.[item]?.usd ?? 'unknown'}`).join(', ')
  }
  const beyond = longContextBounds(call.model.modelId).toReversed()
  return [line(undefined), ...beyond.map((bound) => `above=${bound}, ${line(bound)}`)].join('; ')
}

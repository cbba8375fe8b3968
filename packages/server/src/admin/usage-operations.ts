import { GatewayError, nearestWord } from '@outcrop/protocol'
import { groupUsage, totalUsage, toUsageGroup, usageColumns, type UsageGroup } from '../state/usage-report.ts'
import type { AdminCall, AdminOperation } from './operation.ts'

/** What calls used and cost: `GET /admin/usage?from=2026-11-01&to=2026-11-30&groupBy=model,tag:team`, days of UTC, both included. */
export const usageOperations = {
  'GET usage': async ({ services: { usage, clock }, query }) => {
    checkNames(query)
    const to = readDay(query, 'to') ?? nameDay(clock.now())
    const from = readDay(query, 'from') ?? nameDay(Date.parse(to) - 29 * dayMs)
    if (from > to) throw new GatewayError('validation', `from (${from}) is after to (${to}).`)
    const groupBy = readGroups(query)
    const rows = await usage.rows(from, to)
    return { from, to, groupBy, rows: groupUsage(rows, groupBy), total: totalUsage(rows) }
  },
} as const satisfies Readonly<Record<string, AdminOperation>>

const dayMs = 86_400_000
const names: readonly string[] = ['from', 'to', 'groupBy']
/** More make no sense, and each costs time for every row. */
const mostGroups = 8

function checkNames(query: AdminCall['query']): void {
  for (const name of query.keys()) {
    if (!names.includes(name)) {
      throw new GatewayError('validation', `usage has no parameter ${name.slice(0, 100)}: it has ${names.join(', ')}.`)
    }
  }
}

function nameDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function readDay(query: AdminCall['query'], name: 'from' | 'to'): string | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN
  // JavaScript takes 31 February for 3 March.
  if (!Number.isNaN(time) && nameDay(time) === text) return text
  throw new GatewayError(
    'validation',
    `${name}: expected a day such as 2026-11-25, found ${JSON.stringify(text.slice(0, 100))}.`,
  )
}

function readGroups(query: AdminCall['query']): readonly UsageGroup[] {
  const text = query.get('groupBy') ?? ''
  if (text === '') return []
  const words = [...new Set(text.split(','))]
  if (words.length > mostGroups) throw new GatewayError('validation', `groupBy takes up to ${mostGroups} groups.`)
  return words.map((word) => {
    const group = toUsageGroup(word)
    if (group !== undefined) return group
    const nearest = nearestWord(word, usageColumns)
    const hint = nearest === undefined ? '' : `did you mean ${nearest}? `
    throw new GatewayError(
      'validation',
      `groupBy: ${JSON.stringify(word.slice(0, 100))} is nothing to group by: ${hint}There are ${usageColumns.join(', ')}, and tag:KEY.`,
    )
  })
}

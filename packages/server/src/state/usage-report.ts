import type { UsageRow } from './usage.ts'
import { noSums, plus, toCounts, toSums, type UsageCounts, type UsageSums } from './usage-sums.ts'

/** What usage is told apart by: a column of its rows, or a tag of application profiles. */
export type UsageGroup = keyof typeof columns | `tag:${string}`

/** The usage of one group. */
export interface GroupedUsage extends UsageCounts {
  /** What its calls have in common; `null` where they have none, as calls without a profile have no tags. */
  readonly by: Readonly<Record<string, string | null>>
}

const columns = {
  day: ({ day }) => day,
  account: ({ account }) => account,
  region: ({ region }) => region,
  user: ({ user }) => user,
  model: ({ model }) => model,
  scope: ({ scope }) => scope,
  wire: ({ wire }) => wire,
  batch: ({ isBatch }) => String(isBatch),
  profile: ({ profile }) => profile,
} as const satisfies Readonly<Record<string, (row: UsageRow) => string | null>>

/** The names of the columns. */
export const usageColumns: readonly string[] = Object.keys(columns)

/** Finds what a word groups by; `undefined` when it is none of it. */
export function toUsageGroup(word: string): UsageGroup | undefined {
  if (isColumn(word)) return word
  // AWS allows tags of 128 characters.
  return /^tag:.{1,128}$/su.test(word) ? (word as `tag:${string}`) : undefined
}

function isColumn(word: string): word is keyof typeof columns {
  return Object.hasOwn(columns, word)
}

/** Adds rows up by groups, in the order of their values; without groups there is one row, and none without any usage. */
export function groupUsage(rows: readonly UsageRow[], groups: readonly UsageGroup[]): readonly GroupedUsage[] {
  const found = new Map<string, { readonly values: ReadonlyArray<string | null>; sums: UsageSums }>()
  for (const row of rows) {
    const values = groups.map((group) => valueOf(row, group))
    const id = JSON.stringify(values)
    const sums = toSums(row)
    const group = found.get(id)
    if (group === undefined) found.set(id, { values, sums })
    else group.sums = plus(group.sums, sums)
  }
  return [...found.values()]
    .sort((a, b) => compare(a.values, b.values))
    .map(({ values, sums }) => {
      const by = Object.fromEntries(groups.map((group, at) => [group, values[at] ?? null]))
      return Object.assign({ by }, toCounts(sums))
    })
}

/** Everything together. */
export function totalUsage(rows: readonly UsageRow[]): UsageCounts {
  return toCounts(rows.reduce((sums, row) => plus(sums, toSums(row)), noSums()))
}

function valueOf(row: UsageRow, group: UsageGroup): string | null {
  if (isColumn(group)) return columns[group](row)
  const tag = group.slice('tag:'.length)
  return Object.hasOwn(row.tags, tag) ? (row.tags[tag] ?? null) : null
}

/** Those without a value last. */
function compare(a: ReadonlyArray<string | null>, b: ReadonlyArray<string | null>): number {
  for (const [at, one] of a.entries()) {
    const other = b[at] ?? null
    if (one === other) continue
    if (one === null) return 1
    if (other === null) return -1
    return one < other ? -1 : 1
  }
  return 0
}

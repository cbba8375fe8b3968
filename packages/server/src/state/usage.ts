import type { Scope } from '@outcrop/protocol'
import type { Log } from '../log.ts'
import type { Settlement } from '../settlement.ts'
import type { StatePart } from '../state-part.ts'
import { collection, type Key, type Store, type Transaction } from '../storage/store.ts'
import { addCall, noSums, plus, toCounts, toSums, type UsageCounts, type UsageSums } from './usage-sums.ts'

/** The calls of one kind on one day (UTC): the document of the collection. */
export interface UsageRow extends UsageCounts {
  /** `2026-11-25`. */
  readonly day: string
  readonly account: string
  readonly region: string
  readonly user: string
  readonly model: string
  readonly scope: Scope
  readonly wire: Settlement['wire']
  readonly isBatch: boolean
  /** The ARN of the application profile that was called. */
  readonly profile: string | null
  /** The profile's tags when the calls were made. */
  readonly tags: Readonly<Record<string, string>>
}

/** What calls used and cost, by day and by everything that they are told apart by. */
export interface UsageLedger {
  /** Counts a call that is over; written with others a moment later. */
  readonly record: (settlement: Settlement) => void
  /** The rows of these days and all between, in the order of their days. */
  rows(from: string, to: string): Promise<readonly UsageRow[]>
  /** Writes what is not written yet. */
  flush(): Promise<void>
  readonly part: StatePart
}

/** What the ledger stands on. */
export interface UsageOptions {
  readonly store: Store
  readonly log: Log
  /** How long calls are gathered before they are written, in milliseconds; a second unless told otherwise. */
  readonly gatherMs?: number
}

const usage = collection<UsageRow>('usage')

/** How long rows are kept, the last day included. */
const keptDays = 400
/** Names of callers cost nothing to invent at an open endpoint: further rows of a day are one by the name `(others)`. */
export const mostRowsADay = 1000
const others = '(others)'
const dayMs = 86_400_000

/** Opens the ledger of usage over the store. */
export function createUsageLedger({ store, log, gatherMs = 1000 }: UsageOptions): UsageLedger {
  let pending = new Map<string, Gathered>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const days = createDays()
  const nameDay = createDayNames()

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (pending.size === 0) return writing
    const taken = pending
    pending = new Map()
    writing = write(taken)
    return writing
  }

  async function write(taken: ReadonlyMap<string, Gathered>): Promise<void> {
    try {
      await store.transact((transaction) => {
        for (const row of taken.values()) {
          put(transaction, days.admit(transaction, row.key) ? row : toOthers(row.about, row.sums))
        }
      })
    } catch (cause) {
      days.forget()
      // Counted again with what comes next: a full disk may have room later.
      for (const [id, row] of taken) pending.set(id, merged(pending.get(id), row))
      log.error('usage could not be written, and is kept in memory', cause)
    }
  }

  /** Begins a row; what cannot be written must not fill the memory instead. */
  function begin(settlement: Settlement, key: RowKey): Gathered {
    const own: Gathered = { key, about: aboutOf(settlement, key[0]), sums: noSums() }
    const row = pending.size < 2 * mostRowsADay ? own : toOthers(own.about, own.sums)
    const begun = pending.get(toId(row.key)) ?? row
    pending.set(toId(begun.key), begun)
    return begun
  }

  return {
    record(settlement) {
      const key = keyOf(settlement, nameDay(settlement.at))
      addCall((pending.get(toId(key)) ?? begin(settlement, key)).sums, settlement)
      // The machine's own time: how often a file is written has nothing to do with what day the endpoint thinks it is.
      timer ??= setTimeout(() => void flush(), gatherMs).unref()
    },
    async rows(from, to) {
      await flush()
      return store.list(usage).flatMap(([[day = ''], row]) => (day >= from && day <= to ? [row] : []))
    },
    flush,
    part: {
      name: 'usage',
      // Its rows are documents of the store, which a snapshot has as soon as they are written.
      async save() {
        await flush()
        return null
      },
      load() {
        pending.clear()
        days.forget()
      },
    },
  }
}

/** Keeps the days that rows are kept of, and the rows of each, within their bounds. */
function createDays(): { admit(transaction: Transaction, key: RowKey): boolean; forget(): void } {
  const counts = new Map<string, number>()
  let swept = ''

  /** Once for each new day. */
  function sweep(transaction: Transaction, today: string): void {
    swept = today
    counts.clear()
    const first = new Date(Date.parse(today) - (keptDays - 1) * dayMs).toISOString().slice(0, 10)
    for (const [key] of transaction.list(usage)) if ((key[0] ?? '') < first) transaction.delete(usage, key)
  }

  return {
    /** Whether a row may be one of its own. The rows of a day are counted once, and then as they come. */
    admit(transaction, key) {
      const [day] = key
      if (day > swept) sweep(transaction, day)
      if (transaction.get(usage, key) !== undefined) return true
      const known = counts.get(day) ?? transaction.list(usage, [day]).length
      if (known < mostRowsADay) counts.set(day, known + 1)
      return known < mostRowsADay
    },
    forget() {
      counts.clear()
      swept = ''
    },
  }
}

type RowKey = readonly [day: string, ...Key]
type About = Omit<UsageRow, keyof UsageCounts>

/** Calls of one kind that are not written yet. */
interface Gathered {
  readonly key: RowKey
  readonly about: About
  readonly sums: UsageSums
}

function toId(key: RowKey): string {
  return key.join('\u0000')
}

function keyOf({ caller, model, scope, wire, isBatch, application }: Settlement, day: string): RowKey {
  const { account, region, user } = caller
  const profile = application === undefined ? '' : `${application.arn} ${JSON.stringify(sorted(application.tags))}`
  return [day, account, region, user, model.modelId, scope, isBatch ? `${wire} batch` : wire, profile]
}

function aboutOf({ caller, model, scope, wire, isBatch, application }: Settlement, day: string): About {
  const { account, region, user } = caller
  const { arn: profile, tags } = application ?? { arn: null, tags: {} }
  return { day, account, region, user, model: model.modelId, scope, wire, isBatch, profile, tags }
}

function sorted(tags: Readonly<Record<string, string>>): ReadonlyArray<readonly [string, string]> {
  return Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
}

function merged(one: Gathered | undefined, two: Gathered): Gathered {
  return one === undefined ? two : { ...two, sums: plus(one.sums, two.sums) }
}

function put(transaction: Transaction, { key, about, sums }: Gathered): void {
  const before = transaction.get(usage, key)
  transaction.put(usage, key, { ...about, ...toCounts(before === undefined ? sums : plus(toSums(before), sums)) })
}

function toOthers({ day, wire, scope, model }: About, sums: UsageSums): Gathered {
  const about: About = {
    day,
    account: others,
    region: others,
    user: others,
    model,
    scope,
    wire,
    isBatch: false,
    profile: null,
    tags: {},
  }
  return { key: [day, others, others, others, model, scope, wire, ''], about, sums }
}

/** Names days of the epoch; calls come from one and the same nearly always. */
function createDayNames(): (time: number) => string {
  let [last, name] = [-1, '']
  return (time) => {
    const day = Math.floor(time / dayMs)
    if (day !== last) [last, name] = [day, new Date(day * dayMs).toISOString().slice(0, 10)]
    return name
  }
}

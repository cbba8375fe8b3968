import type { Json } from '@outcrop/protocol'

/** What was taken of a quota in the span of time that counts. Times are milliseconds of the endpoint's clock. */
export interface QuotaWindow {
  used(now: number): number
  take(now: number, amount: number): void
  /** When enough of what was used counts no more for `amount` to be free of it; the last of it when it never is. */
  freeAt(now: number, amount: number): number
  /** When the first of what was used counts no more; `undefined` when nothing was. */
  nextFreeAt(now: number): number | undefined
  save(now: number): Json
  /** Throws when it was not saved by a window of this kind. */
  load(saved: Json | undefined): void
}

const seconds = 60

/**
 * The present second and the 59 before it: a window that slides, so that no minute, however it is cut, has more than its limit, and
 * that remembers sixty numbers whatever the traffic. [?] AWS says 60 seconds and no more (WIRE §10).
 */
export function createMinute(): QuotaWindow {
  return new Minute()
}

class Minute implements QuotaWindow {
  readonly #buckets = new Float64Array(seconds)
  #newest = 0
  #sum = 0

  used(now: number): number {
    this.#advance(now)
    return this.#sum
  }

  take(now: number, amount: number): void {
    this.#advance(now)
    const bucket = this.#newest % seconds
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + amount
    this.#sum += amount
  }

  freeAt(now: number, amount: number): number {
    let left = amount
    let at = now
    for (const [second, freed] of this.save(now)) {
      if (left <= 0) break
      left -= freed
      at = (second + seconds) * 1000
    }
    return at
  }

  nextFreeAt(now: number): number | undefined {
    const [first] = this.save(now)
    return first && (first[0] + seconds) * 1000
  }

  save(now: number): Array<[second: number, amount: number]> {
    this.#advance(now)
    const saved: Array<[number, number]> = []
    for (let second = Math.max(0, this.#newest - seconds + 1); second <= this.#newest; second += 1) {
      const amount = this.#buckets[second % seconds] ?? 0
      if (amount > 0) saved.push([second, amount])
    }
    return saved
  }

  load(saved: Json | undefined): void {
    this.#clear()
    this.#newest = 0
    for (const [second, amount] of pairs(saved ?? [])) this.take(second * 1000, amount)
  }

  #clear(): void {
    this.#buckets.fill(0)
    this.#sum = 0
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1000)
    const newest = this.#newest
    if (second === newest) return
    // A clock that was set back by more than a minute knows nothing of what is now its future.
    if (second >= newest + seconds || second <= newest - seconds) this.#clear()
    else if (second < newest) return
    for (let at = Math.max(newest + 1, second - seconds + 1); at <= second; at += 1) {
      this.#sum -= this.#buckets[at % seconds] ?? 0
      this.#buckets[at % seconds] = 0
    }
    this.#newest = second
  }
}

const dayMs = 86_400_000

/** The present day of UTC [?]. */
export function createDay(): QuotaWindow {
  let day = 0
  let sum = 0

  function advance(now: number): void {
    const present = Math.floor(now / dayMs)
    if (present === day) return
    day = present
    sum = 0
  }

  const endOf = (): number => (day + 1) * dayMs
  return {
    used(now) {
      advance(now)
      return sum
    },
    take(now, amount) {
      advance(now)
      sum += amount
    },
    freeAt(now, amount) {
      advance(now)
      return amount <= 0 ? now : endOf()
    },
    nextFreeAt(now) {
      advance(now)
      return sum === 0 ? undefined : endOf()
    },
    save(now) {
      advance(now)
      return sum === 0 ? [] : [[day, sum]]
    },
    load(saved) {
      const [[savedDay, amount] = [0, 0]] = pairs(saved ?? [])
      day = savedDay
      sum = amount
    },
  }
}

/** What both windows save: when, and how much. */
function pairs(saved: Json): ReadonlyArray<readonly [when: number, amount: number]> {
  if (!Array.isArray(saved) || saved.length > seconds)
    throw new Error('the use of a quota is a list of at most 60 pairs')
  let before = -1
  return saved.map((pair: Json) => {
    const [when, amount] = Array.isArray(pair) ? pair : []
    if (!isCount(when) || !isCount(amount) || when <= before) {
      throw new Error('the use of a quota is pairs of a time and an amount, in their order')
    }
    before = when
    return [when, amount]
  })
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

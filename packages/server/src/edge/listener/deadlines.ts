/** Something that holds resources until it ends by itself or is given up. */
export interface Expiring {
  giveUp(): void
}

/** One time limit over many things at once: a sweep gives up what outlived it, and a request costs no timer. */
export class Deadlines {
  readonly #limitMs: number
  // All share one limit, so the order of insertion is the order of expiry and a sweep stops at the first young one.
  readonly #since = new Map<Expiring, number>()

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Starts the time of this thing, or starts it again. */
  start(item: Expiring, now = performance.now()): void {
    this.#since.delete(item)
    this.#since.set(item, now)
  }

  stop(item: Expiring): void {
    this.#since.delete(item)
  }

  sweep(now = performance.now()): void {
    for (const [item, since] of this.#since) {
      if (now - since < this.#limitMs) return
      this.#since.delete(item)
      item.giveUp()
    }
  }
}

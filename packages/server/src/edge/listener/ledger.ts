/** Counts the request bytes that all connections hold together, and refuses to hold more than its cap. */
export class BytesInFlight {
  readonly #cap: number
  #held = 0

  constructor(cap: number) {
    this.#cap = cap
  }

  get held(): number {
    return this.#held
  }

  /** Takes the bytes and says so, or takes none of them. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#cap) return false
    this.#held += bytes
    return true
  }

  give(bytes: number): void {
    this.#held -= bytes
  }
}

// The limit on concurrent streams bounds every stream that lives; one that is reset at once escapes it and still costs a
// handler's start (CVE-2023-44487). A client that gives up real calls resets streams that have lived for a while.
const youngMs = 1_000
const windowMs = 10_000
const allowed = 200

/** Counts the streams that a peer resets right after opening them, and says when they are too many to be honest. */
export class ResetBudget {
  #windowStart = -windowMs
  #count = 0

  /** Takes a stream that was opened and reset at these times; `false` when the budget is spent. */
  spend(openedAt: number, resetAt: number): boolean {
    if (resetAt - openedAt > youngMs) return true
    if (resetAt - this.#windowStart > windowMs) {
      this.#windowStart = resetAt
      this.#count = 0
    }
    this.#count++
    return this.#count <= allowed
  }
}

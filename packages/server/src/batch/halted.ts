/** Why a job does not go on: its caller stopped it, its time ran out, the endpoint closes, or its state was forgotten. */
export type HaltReason = 'stopped' | 'expired' | 'closing' | 'forgotten'

/** Thrown where a job was at work when it had to end. */
export class Halted extends Error {
  override readonly name = 'Halted'
  readonly reason: HaltReason

  constructor(reason: HaltReason) {
    super(`The batch job is ${reason}.`)
    this.reason = reason
  }
}

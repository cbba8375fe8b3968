import { models } from './models.ts'
import type { LifecycleState, ModelEntry } from './types.ts'

/** Says what a model's lifecycle amounts to at a moment: its dates decide, then reports, then the documented status. */
export function lifecycleState(model: ModelEntry, now: number): LifecycleState {
  const { endOfLifeTime, legacyTime, reported, status } = model.lifecycle
  if (hasCome(endOfLifeTime, now)) return 'EOL'
  if (reported !== undefined && hasCome(reported.on, now)) return reported.status
  if (hasCome(legacyTime, now)) return 'LEGACY'
  // A status without a date is as old as its source; one with dates was true only from then on.
  return endOfLifeTime === undefined && legacyTime === undefined && status !== null ? status : 'ACTIVE'
}

/** Warns of a deprecated, legacy or retired model and names its successor, in ASCII so that a header can carry it. */
export function lifecycleWarning(model: ModelEntry, now: number): string | undefined {
  const state = lifecycleState(model, now)
  if (state === 'ACTIVE' && model.guide?.deprecated !== true) return undefined
  const { endOfLifeTime, legacyTime, reported } = model.lifecycle
  const end = endOfLifeTime === undefined ? undefined : day(endOfLifeTime)
  const seen = reported === undefined ? '' : ` (reported ${day(reported.on)}; no date is published)`
  const condition = {
    EOL: `reached its end of life${end === undefined ? seen : ` on ${end}`}`,
    LEGACY: `is legacy${legacyTime === undefined ? seen : ` since ${day(legacyTime)}`}`,
    ACTIVE: 'is deprecated',
  }[state]
  const ends = state === 'EOL' || end === undefined ? '' : ` and ends on ${end}`
  const next = successorOf(model, now)
  const advice = next === undefined ? '' : `; use ${next.modelName} (${next.modelId})`
  return `${model.modelName} (${model.modelId}) ${condition}${ends}${advice}`
}

/** Finds the newest active model of the same family, other than the model itself. */
export function successorOf(model: ModelEntry, now: number): ModelEntry | undefined {
  // The catalogue is ordered from the newest to the oldest.
  return models.find(
    (candidate) =>
      candidate.family === model.family &&
      candidate !== model &&
      hasCome(candidate.lifecycle.startOfLifeTime, now) &&
      lifecycleState(candidate, now) === 'ACTIVE' &&
      candidate.guide?.deprecated !== true,
  )
}

function hasCome(moment: string | undefined, now: number): boolean {
  return moment !== undefined && now >= Date.parse(moment)
}

function day(moment: string): string {
  return moment.slice(0, 'yyyy-mm-dd'.length)
}

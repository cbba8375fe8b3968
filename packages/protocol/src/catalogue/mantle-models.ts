import data from './mantle.json' with { type: 'json' }
import { lifecycleState } from './lifecycle.ts'
import { models } from './models.ts'
import type { Fidelity, ModelEntry } from './types.ts'

/** A model as mantle names it: its id carries neither a date nor a version (WIRE §1.3). */
export interface MantleModel {
  readonly mantleId: string
  readonly model: ModelEntry
}

interface Placed extends MantleModel {
  /** The Regions that answer it; `null` where no source names them. */
  readonly regions: readonly string[] | null
  /** Whether a source names it on mantle; without one, the guide's default still serves it by its bare id. */
  readonly isRecorded: boolean
}

const recorded = new Map(data.models.map((row) => [row.modelId, row]))

const placed: readonly Placed[] = models.map((model) => {
  const row = recorded.get(model.modelId)
  const mantleId = row?.mantleId ?? `anthropic.${model.anthropicName.replace(/-\d{8}$/, '')}`
  return { mantleId, model, regions: row?.regions ?? null, isRecorded: row !== undefined }
})

const byId = new Map<string, Placed>()
// The newest model keeps the name: two are called Claude 3.5 Sonnet.
for (const entry of placed) if (!byId.has(entry.mantleId)) byId.set(entry.mantleId, entry)

/** Who asks mantle for models, and when. */
export interface MantleInput {
  readonly region: string
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** Lists the models that mantle serves a caller, the newest first. */
export function listMantleModels(input: MantleInput): readonly MantleModel[] {
  return [...byId.values()].filter((entry) => isServed(entry, input))
}

/** Finds the model that a bare id means on mantle, or nothing where mantle does not serve it. */
export function findMantleModel(mantleId: string, input: MantleInput): ModelEntry | undefined {
  const entry = byId.get(mantleId)
  return entry !== undefined && isServed(entry, input) ? entry.model : undefined
}

/** The guide enforces no Regions and serves every model; measured data serves what some source has seen. */
function isServed({ model, regions, isRecorded }: Placed, { region, fidelity, now }: MantleInput): boolean {
  if (fidelity === 'guide') return true
  if (!isRecorded || lifecycleState(model, now) === 'EOL') return false
  return regions === null || regions.includes(region)
}

import { lifecycleState, type ModelEntry } from '@outcrop/protocol'
import type { AccountModel } from './account-models.ts'
import { type ModelCapabilities, toModelCapabilities } from './model-capabilities.ts'

/** A model in the form of Anthropic's Models API; `id` can be called as it stands. Times are RFC 3339. */
export interface ModelInfo {
  readonly type: 'model'
  readonly id: string
  readonly display_name: string
  /** When the model was released; the beginning of the epoch where nobody says. */
  readonly created_at: string
  readonly deprecated_at: string | null
  readonly retires_at: string | null
  readonly lifecycle: 'active' | 'deprecated' | 'retired'
  readonly line: ModelEntry['family'] | null
  readonly max_input_tokens: number | null
  readonly max_tokens: number | null
  readonly capabilities: ModelCapabilities | null
}

/** Says of a model what its Region says, and what the catalogue knows where that says nothing. */
export function toModelInfo(account: AccountModel, now: number): ModelInfo {
  const { id, name, model, summary } = account
  const dates = { ...model?.lifecycle, ...withoutAbsent(summary?.modelLifecycle ?? {}) }
  const lifecycle = lifecycleOf(account, now)
  return {
    type: 'model',
    id,
    display_name: name,
    created_at: toTime(dates.startOfLifeTime) ?? '1970-01-01T00:00:00Z',
    deprecated_at: lifecycle === 'active' ? null : toTime(dates.legacyTime),
    retires_at: lifecycle === 'active' ? null : toTime(dates.endOfLifeTime),
    lifecycle,
    line: model?.family ?? null,
    max_input_tokens: model?.contextWindow ?? null,
    max_tokens: model?.maxOutputTokens ?? null,
    capabilities: model === undefined ? null : toModelCapabilities(model),
  }
}

function withoutAbsent<Members extends object>(members: Members): Partial<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<Members>
}

const lifecycles = { ACTIVE: 'active', LEGACY: 'deprecated', EOL: 'retired' } as const

/** What the Region lists is not retired there, whatever dates say. */
function lifecycleOf({ summary, model }: AccountModel, now: number): ModelInfo['lifecycle'] {
  const status = summary?.modelLifecycle?.status
  if (status === 'LEGACY') return 'deprecated'
  if (status === 'ACTIVE' || model === undefined) return 'active'
  return lifecycles[lifecycleState(model, now)]
}

/** A date alone is its first moment. */
function toTime(text: string | undefined): string | null {
  const time = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString().replace('.000Z', 'Z')
}

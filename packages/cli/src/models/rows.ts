import { lifecycleState, type Fidelity, type ModelEntry, models, scopesOf } from '@outcrop/protocol'

/** One line of the list of models. */
export interface ModelRow {
  readonly modelId: string
  readonly modelName: string
  /** `global`, geographies, `in-region`. */
  readonly scopes: readonly string[]
  readonly contextWindow: number | null
  readonly status: string
}

/** What the catalogue says, the newest model first; measured data leaves out what has retired. */
export function catalogueRows(fidelity: Fidelity, now: number): ModelRow[] {
  return models
    .map((model) => toRow(model, fidelity, now))
    .filter(({ scopes, status }) => scopes.length > 0 && (fidelity === 'guide' || status !== 'EOL'))
}

function toRow(model: ModelEntry, fidelity: Fidelity, now: number): ModelRow {
  const { modelId, modelName, contextWindow } = model
  const state = lifecycleState(model, now)
  const deprecated = fidelity === 'guide' && state === 'ACTIVE' && model.guide?.deprecated === true
  return {
    modelId,
    modelName,
    scopes: scopesOf(model, fidelity),
    contextWindow,
    status: deprecated ? 'DEPRECATED' : state,
  }
}

const columns = ['global', 'us', 'eu', 'jp', 'apac'] as const

const statusWords: Readonly<Record<string, string>> = {
  ACTIVE: '',
  LEGACY: 'legacy',
  DEPRECATED: 'deprecated',
  EOL: 'end of life',
}

/** Prints rows as the guide's table, with the scopes that it does not know in a column of their own. */
export function printRows(rows: readonly ModelRow[]): string {
  const cells = rows.map(({ modelId, modelName, scopes, contextWindow, status }) => [
    modelName,
    modelId,
    ...columns.map((scope) => (scopes.includes(scope) ? 'Yes' : 'No')),
    scopes.filter((scope) => !columns.some((column) => column === scope)).join(' ') || '-',
    contextWindow === null ? '?' : shortCount(contextWindow),
    statusWords[status] ?? status,
  ])
  return align([['Model', 'Base id', ...columns, 'also', 'context', ''], ...cells])
}

/** Lays cells out in columns as wide as their widest. */
export function align(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** 1000000 is 1M, 200000 is 200K. */
export function shortCount(tokens: number): string {
  if (tokens % 1_000_000 === 0) return `${tokens / 1_000_000}M`
  return tokens % 1000 === 0 ? `${tokens / 1000}K` : String(tokens)
}

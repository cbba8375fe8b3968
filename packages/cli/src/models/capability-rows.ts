import {
  capabilities,
  type CapabilityKind,
  type Fidelity,
  type ModelEntry,
  type Outcome,
  whatHappens,
  type Wire,
} from '@outcrop/protocol'
import { align } from './rows.ts'

/** What happens to one thing of the capability table on each of Bedrock's wires. */
export interface CapabilityRow {
  readonly subject: string
  readonly kind: CapabilityKind
  readonly outcomes: Readonly<Record<ShownWire, Outcome>>
}

type ShownWire = Exclude<Wire, 'plain'>

const wires = ['invoke', 'converse', 'runtime', 'mantle'] as const satisfies readonly ShownWire[]

/** What Bedrock makes of everything that the capability table knows, for one model. */
export function capabilityRows(model: ModelEntry, fidelity: Fidelity): CapabilityRow[] {
  return capabilities
    .filter(({ subject }) => subject !== '*')
    .map(({ subject, kind }) => {
      const on = (wire: ShownWire): Outcome => whatHappens(subject, kind, { model, wire, fidelity })
      const outcomes = { invoke: on('invoke'), converse: on('converse'), runtime: on('runtime'), mantle: on('mantle') }
      return { subject, kind, outcomes }
    })
}

const headings: ReadonlyArray<readonly [kind: CapabilityKind, heading: string]> = [
  ['feature', 'features'],
  ['field', 'fields'],
  ['parameter', 'parameters'],
  ['beta', 'betas'],
  ['header', 'headers'],
]

/** Prints rows as tables, a kind each: a column a wire, how old the knowledge is, and what is said or done. */
export function printCapabilities(rows: readonly CapabilityRow[]): string {
  const tables = headings.map(([kind, heading]) => {
    const ofKind = rows.filter((row) => row.kind === kind).map(toCells)
    return align([[`  ${heading}`, ...wires, 'as of'], ...ofKind])
  })
  return tables.join('\n')
}

function toCells({ subject, outcomes }: CapabilityRow): string[] {
  const all = wires.map((wire) => outcomes[wire])
  // What is refused says more than what only moves.
  const told = all.find(({ kind }) => kind === 'refuse' || kind === 'drop') ?? all.find(({ kind }) => kind === 'move')
  const { evidence, liftedBy } = told ?? all[0] ?? {}
  const reason = [
    reasonOf(told),
    liftedBy === undefined ? '' : `(without the beta ${liftedBy.join(' or ')})`,
    evidence?.uncertain === undefined ? '' : `[?] ${evidence.uncertain}`,
  ]
  const date = evidence?.date ?? ''
  return [`  ${subject}`, ...all.map(({ kind }) => words[kind]), date, reason.filter((part) => part !== '').join(' ')]
}

const words: Readonly<Record<Outcome['kind'], string>> = { pass: 'yes', move: 'moves', drop: 'dropped', refuse: 'no' }

function reasonOf(outcome: Outcome | undefined): string {
  switch (outcome?.kind) {
    case 'refuse':
      return outcome.text
    case 'drop':
      return outcome.warning
    case 'move':
      return `to ${outcome.to}`
    default:
      return ''
  }
}

import { dim, type Io } from '../io.ts'
import type { CheckResult, CheckStatus } from './check.ts'

/** What the whole examination came to. */
export interface Report {
  /** Whether a call would work, as far as anybody can tell without making one. */
  readonly ok: boolean
  readonly endpoint: string
  readonly region: string
  readonly model: string
  readonly checks: readonly CheckResult[]
}

const words: Readonly<Record<CheckStatus, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: '-' }

/** Prints a report for a person: a line a finding, what to do about it below, and the verdict at the end. */
export function printReport(report: Report, { stdout, env }: Pick<Io, 'stdout' | 'env'>): string {
  const width = Math.max(...report.checks.map(({ check }) => check.length))
  const lines = report.checks.flatMap(({ check, findings }) =>
    findings.flatMap(({ status, found, todo }, index) => {
      const name = (index === 0 ? check : '').padEnd(width)
      const line = `${words[status].padEnd(4)}  ${name}  ${found}`
      const indent = ' '.repeat(width + 8)
      return [line, ...(todo === undefined ? [] : [`${indent}${dim(`-> ${todo}`, stdout, env)}`])]
    }),
  )
  return [...lines, '', verdict(report), ''].join('\n')
}

function verdict({ ok, endpoint, region, model, checks }: Report): string {
  const call = `A call of ${model} at ${endpoint} in ${region}`
  if (ok) return `${call} would work.`
  const failed = checks.filter(({ status }) => status === 'fail').map(({ check }) => check)
  return `${call} would not work: ${failed.join(', ')}.`
}

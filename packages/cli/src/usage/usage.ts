import { callerRegion, endpointUrl } from '../endpoint/endpoint-url.ts'
import { askAdmin } from '../endpoint/ask-admin.ts'
import { CommandFailure } from '../failure.ts'
import { type Io, printable } from '../io.ts'
import { align } from '../models/rows.ts'

/** What follows `outcrop usage` on the command line. */
export interface UsageOptions {
  readonly from?: string
  readonly to?: string
  readonly by: string
  readonly url?: string
  readonly region?: string
  readonly profile?: string
  readonly json?: boolean
}

interface Counts {
  readonly answered: number
  readonly abandoned: number
  readonly failed: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly unknownCosts: number
  readonly usd: string
}

interface Report {
  readonly from: string
  readonly to: string
  readonly groupBy: readonly string[]
  readonly rows: ReadonlyArray<Counts & { readonly by: Readonly<Record<string, string | null>> }>
  readonly total: Counts
}

/** `outcrop usage`: prints what the calls of an endpoint used and cost, by whatever they are told apart by. */
export async function showUsage(options: UsageOptions, io: Io): Promise<void> {
  const { from, to, by, profile, json } = options
  const url = endpointUrl(options.url, io.env)
  const region = callerRegion(options.region, io.env)
  const answer = await askAdmin({ url, path: 'usage', query: { from, to, groupBy: by }, region, profile }, io)
  if (!isReport(answer))
    throw new CommandFailure(`${url} tells of no usage: is it an Outcrop endpoint of this version?`)
  io.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : print(answer))
}

function isReport(answer: unknown): answer is Report {
  return (
    typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows) && 'total' in answer
  )
}

function print({ from, to, groupBy, rows, total }: Report): string {
  if (rows.length === 0) return `No model was called from ${printable(from)} to ${printable(to)} (UTC).\n`
  const head = [...groupBy, 'calls', 'left', 'failed', 'input', 'cache read', 'cache write', 'output', 'US dollars']
  const cells = rows.map((row) => [...groupBy.map((group) => printable(row.by[group] ?? '-')), ...toCells(row)])
  const sum = rows.length < 2 ? [] : [[...groupBy.map((_, at) => (at === 0 ? 'total' : '')), ...toCells(total)]]
  const unknown = total.unknownCosts
  const note = unknown === 0 ? '' : `+ ?: besides ${unknown} of which no source gives every price\n`
  return `${align([head, ...cells, ...sum])}${note}`
}

function toCells(counts: Counts): string[] {
  const { answered, abandoned, failed, inputTokens, cacheReadTokens, outputTokens, unknownCosts, usd } = counts
  const written = counts.cacheWrite5mTokens + counts.cacheWrite1hTokens
  const numbers = [
    answered + abandoned + failed,
    abandoned,
    failed,
    inputTokens,
    cacheReadTokens,
    written,
    outputTokens,
  ]
  return [...numbers.map(String), printable(unknownCosts === 0 ? usd : `${usd} + ?`)]
}

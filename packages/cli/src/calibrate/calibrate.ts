import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { CalibrationReport, CountError } from '@outcrop/server'
import { CommandFailure } from '../failure.ts'
import type { Io } from '../io.ts'
import { align } from '../models/rows.ts'
import { readLines } from './read-lines.ts'

/** What follows `outcrop calibrate FILE` on the command line. */
export interface CalibrateOptions {
  readonly out?: string
  readonly json?: boolean
}

/** `outcrop calibrate`: fits token counts to real calls, prints how far they are off, and writes what was learned. */
export async function calibrateFrom(file: string, { out, json }: CalibrateOptions, io: Io): Promise<void> {
  const { calibrate } = await import('@outcrop/server')
  const report = await calibrate(openLines(file, io))
  if (report.usable === 0) {
    const source = file === '-' ? 'standard input' : file
    throw new CommandFailure(`${source} has no call that can be used${printUnusable(report)}`)
  }
  io.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
  if (out === undefined) return
  await writeFile(out, `${JSON.stringify({ families: report.calibration }, null, 2)}\n`).catch((cause: unknown) => {
    throw new CommandFailure(`${out} cannot be written`, { cause })
  })
  io.stderr.write(`outcrop: wrote ${out}; count by it with: outcrop serve --calibration ${out}\n`)
}

async function* openLines(file: string, io: Io): AsyncGenerator<string | undefined> {
  try {
    yield* readLines(file === '-' ? io.stdin : createReadStream(file))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code ?? cause)
    throw new CommandFailure(`${file} cannot be read: ${reason}`, { cause })
  }
}

function printReport(report: CalibrationReport): string {
  const rows = report.families.map(({ name, family, before, after }) => [
    name,
    String(family.calls),
    String(family.multiplier),
    family.frameTokens === undefined ? 'as before' : `${family.frameTokens} tokens`,
    printError(before),
    printError(after),
  ])
  return [
    align([['family', 'calls', 'multiplier', 'frame', 'error before', 'error with it'], ...rows]),
    'Errors are the median and the 95th percentile; those with it were measured on calls that the fit had not seen.\n',
    report.unusable.length === 0 ? '' : `\nNot used${printUnusable(report)}\n`,
  ].join('')
}

function printError(error: CountError | undefined): string {
  return error === undefined ? 'needs calls that differ' : `${error.median} %, ${error.p95} %`
}

const mostShown = 10

function printUnusable({ unusable }: CalibrationReport): string {
  if (unusable.length === 0) return ''
  const lines = unusable.slice(0, mostShown).map(({ line, because }) => `\n  line ${line}: ${because}`)
  const more = unusable.length > mostShown ? `\n  and ${unusable.length - mostShown} more` : ''
  return `:${lines.join('')}${more}`
}

import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { CommandFailure, exitCodes } from './failure.ts'
import { type Io, processIo } from './io.ts'
import { createProgram } from './program.ts'

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 asked for something that does not exist. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = createProgram(io, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (cause instanceof CommandFailure) {
      io.stderr.write(`outcrop: ${cause.message}\n`)
      return cause.exitCode
    }
    // A defect of ours: its stack and its causes are what a report needs.
    io.stderr.write(`outcrop: ${inspect(cause)}\n`)
    return exitCodes.failure
  }
}

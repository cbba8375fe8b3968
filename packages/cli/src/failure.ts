/** What a command tells the shell. */
export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/** A command that could not do its work; the message is for the person who typed it. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.exitCode = options.exitCode ?? exitCodes.failure
  }
}

/** A command line that asks for something that does not exist. */
export function misuse(message: string): CommandFailure {
  return new CommandFailure(message, { exitCode: exitCodes.usage })
}

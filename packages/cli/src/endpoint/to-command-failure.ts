import {
  BedrockConnectionError,
  BedrockFailureError,
  ConfigurationError,
  CredentialError,
  TimeLimitError,
} from '@outcrop/client/control'
import { CommandFailure, misuse } from '../failure.ts'
import { printable } from '../io.ts'

/** What a call of the client was rejected with, for the person who typed the command; a defect stays what it is. */
export function toCommandFailure(cause: unknown, url: string): unknown {
  if (cause instanceof BedrockConnectionError) return explainSilence(cause, url)
  if (cause instanceof TimeLimitError) return silentFor(cause.ms, url)
  if (cause instanceof BedrockFailureError) {
    const { awsCode } = cause.failure
    return new CommandFailure(printable(awsCode === undefined ? cause.message : `${awsCode}: ${cause.message}`), {
      cause,
    })
  }
  if (cause instanceof ConfigurationError) return misuse(printable(cause.message))
  if (cause instanceof CredentialError || cause instanceof RangeError) {
    return new CommandFailure(printable(cause.message), { cause })
  }
  return cause
}

/** An endpoint that was waited for as long as was said. */
export function silentFor(milliseconds: number, url: string): CommandFailure {
  return new CommandFailure(`${url} has been silent for ${milliseconds / 1000} seconds`)
}

function explainSilence(cause: BedrockConnectionError, url: string): CommandFailure {
  const { code } = cause
  if (code === 'ECONNREFUSED') {
    const todo = 'start it with "outcrop serve", or name another with --url'
    return new CommandFailure(`nothing answers at ${url}: ${todo}`, { cause })
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CommandFailure(`${url} names a host that cannot be found`, { cause })
  }
  return new CommandFailure(printable(cause.message), { cause })
}

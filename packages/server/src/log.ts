/** Where the process says what its operator should know. Bodies, keys and secrets never reach it. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  /** A defect or a failed start: the cause is printed with its stack. */
  error(message: string, cause: unknown): void
}

/** A log that writes one line a message, with the time and the level before it. */
export function createLineLog(write: (line: string) => void, now: () => number): Log {
  const print = (level: string, message: string): void => {
    write(`${new Date(now()).toISOString()} ${level} ${message.replace(/\s*\n\s*/g, ' | ')}\n`)
  }
  return {
    info: (message) => print('info', message),
    warn: (message) => print('warn', message),
    error: (message, cause) => print('error', `${message}: ${explain(cause)}`),
  }
}

function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause === undefined ? '' : ` caused by ${explain(cause.cause)}`
  return `${cause.stack ?? cause.message}${inner}`
}

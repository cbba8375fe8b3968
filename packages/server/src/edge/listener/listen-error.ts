/** The listener could not be opened; its message says what to do about it. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: string

  constructor(cause: NodeJS.ErrnoException, host: string, port: number) {
    const code = cause.code ?? 'UNKNOWN'
    super(explain(code, host, port) ?? `Cannot listen on ${host}, port ${port}: ${cause.message}`, { cause })
    this.code = code
  }
}

function explain(code: string, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program. Stop that program, or listen elsewhere: --port 0 takes any free port.`
    case 'EACCES':
      return `This user may not listen on port ${port} of ${host}. Choose a port of 1024 or above, such as --port 5151.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Listen on 127.0.0.1, or on 0.0.0.0 for every address.`
    default:
      return undefined
  }
}

/** No credential, or one that cannot be used: nothing was sent. The message says what was looked for and what to do. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
}

/** A failure of whatever finds credentials, told as ours; its own error is the cause. */
export function toCredentialError(text: string, cause: unknown): CredentialError {
  if (cause instanceof CredentialError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CredentialError(`${text}: ${reason}`, { cause })
}

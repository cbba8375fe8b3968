/** Options or an environment that cannot be meant: nothing was sent; the message says what to change. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

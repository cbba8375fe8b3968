import { AnthropicError } from '@anthropic-ai/sdk/core/error'

/** Lets each of these members say why it is not there, instead of sending what Bedrock cannot answer. */
export function say(target: object, sentences: Readonly<Record<string, string>>): void {
  for (const [name, sentence] of Object.entries(sentences)) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: false,
      get(): never {
        throw new AnthropicError(sentence)
      },
      // Whoever puts something of their own there, such as the stand-in of a test, may.
      set(value: unknown) {
        Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true })
      },
    })
  }
}

const elsewhere = "Use Anthropic's own API for it, with a client of `@anthropic-ai/sdk`."

/** What a client of Anthropic's API has and Bedrock has not. */
export const absentFromClient = sentences('client.', ['files', 'skills', 'userProfiles', 'organization'])

/** The same of `client.beta`. */
export const absentFromBeta = sentences('client.beta.', [
  'agents',
  'environments',
  'sessions',
  'deployments',
  'deploymentRuns',
  'vaults',
  'memoryStores',
  'files',
  'skills',
  'webhooks',
  'userProfiles',
  'dreams',
  'tunnels',
  'organization',
])

function sentences(prefix: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, `Amazon Bedrock has no \`${prefix}${name}\`. ${elsewhere}`]))
}

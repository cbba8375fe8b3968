import { isIPv4 } from 'node:net'
import { findPresent } from '../env/present.ts'
import { misuse } from '../failure.ts'
import type { Env, Io } from '../io.ts'

/** What a call proves itself with: a Bedrock API key, AWS keys of the environment, what AWS's whole chain finds, or nothing. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'keys'
      readonly accessKeyId: string
      readonly secretAccessKey: string
      readonly sessionToken?: string | undefined
    }
  | { readonly kind: 'chain'; readonly profile?: string }
  | { readonly kind: 'none' }

/** Who calls, as far as the command line says, and where to. */
export interface CallerQuestion {
  /** A profile of `~/.aws` that was asked for by name: it goes before the environment. */
  readonly profile?: string | undefined
  readonly url: string
}

/**
 * Finds what a call proves itself with: a Bedrock API key goes before a key pair, as in AWS's own clients. With neither, a
 * call to this very machine is not signed unless something is set up to sign it: nobody asks a cloud for keys to that.
 */
export async function findCredentials(
  { profile, url }: CallerQuestion,
  io: Pick<Io, 'env' | 'home'>,
): Promise<Credentials> {
  if (profile !== undefined) return { kind: 'chain', profile }
  const given = environmentCredentials(io.env)
  if (given !== undefined) return given
  return isLoopback(url) && !(await findPresent(io)).credentials ? { kind: 'none' } : { kind: 'chain' }
}

function environmentCredentials(env: Env): Credentials | undefined {
  const token = env['AWS_BEARER_TOKEN_BEDROCK'] ?? ''
  // What is blank sets nothing.
  if (token.trim() !== '') return { kind: 'bearer', token: checked('AWS_BEARER_TOKEN_BEDROCK', token) }
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? ''
  if (accessKeyId === '' && secretAccessKey === '') return undefined
  if (accessKeyId === '') throw misuse('AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not')
  if (secretAccessKey === '') throw misuse('AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not')
  const sessionToken = env['AWS_SESSION_TOKEN'] ?? ''
  return {
    kind: 'keys',
    accessKeyId: checked('AWS_ACCESS_KEY_ID', accessKeyId),
    secretAccessKey,
    ...(sessionToken !== '' && { sessionToken: checked('AWS_SESSION_TOKEN', sessionToken) }),
  }
}

/** A line break in a variable, as a careless paste leaves it, cannot go into a header. */
function checked(name: string, value: string): string {
  if (!/^[!-~]+$/.test(value))
    throw misuse(`${name} holds a blank, a line break or another character that no header takes`)
  return value
}

/** Tells whether a URL is of this very machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  )
}

import type { BedrockOptions } from '@outcrop/client/control'
import type { Credentials } from './find-credentials.ts'

/** Where and when a command calls. */
export interface CallPlace {
  /** Without a slash at its end. */
  readonly url: string
  readonly region: string
  /** Milliseconds of the epoch. */
  readonly now: () => number
}

/** The client's options for calls of a command: one attempt each, because a person is there who can try again. */
export function clientOptions(credentials: Credentials, { url, region, now }: CallPlace): BedrockOptions {
  return { ...authOptions(credentials), baseURL: url, awsRegion: region, now, maxRetries: 0, onWarning: () => {} }
}

function authOptions(credentials: Credentials): BedrockOptions {
  switch (credentials.kind) {
    case 'bearer':
      return { apiKey: credentials.token }
    case 'keys':
      return {
        apiKey: null,
        awsAccessKey: credentials.accessKeyId,
        awsSecretKey: credentials.secretAccessKey,
        ...(credentials.sessionToken !== undefined && { awsSessionToken: credentials.sessionToken }),
      }
    case 'chain':
      return { apiKey: null, ...(credentials.profile !== undefined && { awsProfile: credentials.profile }) }
    case 'none':
      return { skipAuth: true }
  }
}

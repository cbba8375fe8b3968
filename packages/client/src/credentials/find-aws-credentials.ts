import { platform } from '#platform'
import type { AwsCredentials } from '../options.ts'
import { checkedCredentials } from './aws-keys.ts'
import { providerOf, type ProviderOptions } from './provider-of.ts'

/**
 * Finds the AWS credentials that a client with these options would sign with, once: given ones, else those of the environment
 * and the platform's chain. Rejects as `CredentialError`, which names where was looked.
 */
export async function findAwsCredentials(options: ProviderOptions = {}): Promise<AwsCredentials> {
  return checkedCredentials(await providerOf(options, platform)({}))
}

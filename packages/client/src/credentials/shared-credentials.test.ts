import { expect, it, vi } from 'vitest'
import type { AwsCredentials, CredentialProvider } from '../options.ts'
import type { Platform } from '../platform.ts'
import { sharedCredentials } from './shared-credentials.ts'

/** A platform whose chain numbers the searches it makes. */
function numbering(env: Record<string, string> = {}) {
  let search = 0
  const find = async (): Promise<AwsCredentials> => ({ accessKeyId: `AKID${(search += 1)}`, secretAccessKey: 's' })
  const platform: Platform = { env: (name) => env[name], loadCredentialChain: async () => find }
  return { env, platform, idOf: async (options = {}) => (await sharedCredentials(options, platform).get()).accessKeyId }
}

it('finds credentials once for a hundred clients that look in the same places, at a time or one after the other', async () => {
  const { idOf } = numbering()
  const ids = await Promise.all(Array.from({ length: 50 }, () => idOf()))
  for (let client = 0; client < 50; client++) ids.push(await idOf())
  expect(new Set(ids)).toEqual(new Set(['AKID1']))
})

it('tells every client when one of them hears that the credentials have expired', async () => {
  const { platform, idOf } = numbering()
  const credentials = sharedCredentials({}, platform)
  await credentials.refresh(await credentials.get())
  expect(await idOf()).toBe('AKID2')
})

it('finds others where another profile, environment, fetch or clock is asked', async () => {
  const { env, idOf } = numbering()
  const ids = [await idOf(), await idOf({ awsProfile: 'dev' }), await idOf({ fetch: async () => new Response() })]
  env['AWS_PROFILE'] = 'prod'
  ids.push(await idOf(), await idOf({ now: () => 0 }))
  expect(ids).toEqual(['AKID1', 'AKID2', 'AKID3', 'AKID4', 'AKID5'])
  env['AWS_ACCESS_KEY_ID'] = 'AKIDENV'
  env['AWS_SECRET_ACCESS_KEY'] = 's'
  expect(await idOf()).toBe('AKIDENV')
})

it('asks a resolver once for all clients that have it', async () => {
  const resolver = vi.fn<() => Promise<CredentialProvider>>(async () => async () => ({
    accessKeyId: 'AKID',
    secretAccessKey: 's',
  }))
  const { platform, idOf } = numbering()
  const options = { providerChainResolver: resolver }
  await Promise.all([idOf(options), idOf(options), sharedCredentials(options, numbering().platform).get()])
  expect([resolver.mock.calls.length, await sharedCredentials({}, platform).get()]).toMatchObject([1, {}])
})

it('shares no keys that were given', async () => {
  const { platform } = numbering()
  const options = { awsAccessKey: 'AKIDOPTION', awsSecretKey: 's' }
  const [one, other] = [sharedCredentials(options, platform), sharedCredentials(options, platform)]
  expect(one).not.toBe(other)
  expect((await one.get()).accessKeyId).toBe('AKIDOPTION')
})

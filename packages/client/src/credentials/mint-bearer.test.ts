import { deriveSigningKey, parseShortTermKey, verifyShortTermKey } from '@outcrop/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { AwsCredentials, CredentialProvider } from '../options.ts'
import { hasher } from '../signing/hasher.ts'
import { createAuthorizer } from './create-authorizer.ts'
import { mintBearer } from './mint-bearer.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' }
const start = Date.UTC(2026, 10, 25, 8)
const minute = 60_000
const platform = { env: () => undefined }

function mintedFrom(key: string): string | undefined {
  const parsed = parseShortTermKey(key)
  return parsed.kind === 'short-term' ? parsed.credential.accessKeyId : undefined
}

function read(key: string, now: number) {
  const parsed = parseShortTermKey(key)
  if (parsed.kind !== 'short-term') throw new Error(`no short-term key: ${parsed.because}`)
  const { date, region } = parsed.credential
  const signingKey = deriveSigningKey(hasher, 'secret', date, region, 'bedrock')
  const { kind } = verifyShortTermKey(hasher, signingKey, parsed, now)
  return { kind, region, seconds: parsed.expiresSeconds, token: parsed.sessionToken, issuedAt: parsed.issuedAt }
}

describe('a minted key', () => {
  it('is a short-term key of twelve hours for the Region', async () => {
    const mint = mintBearer({ credentials: keys, region: 'eu-west-1', now: () => start }, platform)
    expect(read(await mint(), start)).toEqual({
      kind: 'verified',
      region: 'eu-west-1',
      seconds: 43_200,
      token: 'token',
      issuedAt: start,
    })
  })

  it('is kept until little of its time is left, and minted anew then', async () => {
    let now = start
    const mint = mintBearer({ credentials: keys, region: 'us-east-1', expiresInSeconds: 600, now: () => now }, platform)
    const first = await mint()
    now += 9 * minute - 1
    expect(await mint()).toBe(first)
    now += 1
    const second = await mint()
    expect(second).not.toBe(first)
    expect([read(first, now).kind, read(second, now).issuedAt]).toEqual(['verified', now])
  })

  it('does not outlive its credentials, and is minted from new ones as soon as there are', async () => {
    let now = start
    let run = 0
    const credentials = vi.fn<CredentialProvider>(async () => {
      run += 1
      return { ...keys, sessionToken: `token${run}`, expiration: new Date(now + 15 * minute) }
    })
    const mint = mintBearer({ credentials, region: 'us-east-1', now: () => now }, platform)
    expect(read(await mint(), now)).toMatchObject({ kind: 'verified', seconds: 900, token: 'token1' })
    now += 11 * minute
    await mint()
    await new Promise((resolve) => setImmediate(resolve))
    expect(read(await mint(), now)).toMatchObject({ kind: 'verified', seconds: 900, token: 'token2' })
    expect(credentials).toHaveBeenCalledTimes(2)
  })

  it('is never minted from credentials that have expired', async () => {
    const expired = { ...keys, expiration: new Date(start - 1) }
    const mint = mintBearer({ credentials: expired, region: 'us-east-1', now: () => start }, platform)
    await expect(mint()).rejects.toThrow(
      'The AWS credentials that a short-term key would be minted from have expired: renew them',
    )
  })

  it('holds in the Region of each call where none was given', async () => {
    const authorizer = createAuthorizer(
      { apiKey: mintBearer({ credentials: keys, now: () => start }, platform) },
      platform,
    )
    const regions = []
    for (const region of ['us-east-1', 'eu-west-1', 'us-east-1']) {
      const { headers } = await authorizer.authorize(
        { method: 'GET', url: 'https://x', headers: {} },
        { service: 'bedrock', region },
      )
      regions.push(read(headers['authorization']?.slice('Bearer '.length) ?? '', start).region)
    }
    expect(regions).toEqual(['us-east-1', 'eu-west-1', 'us-east-1'])
    await expect(mintBearer({ credentials: keys }, platform)()).rejects.toThrow('give mintBearer a region')
  })

  it('is minted from what the options or the environment of a client would give', async () => {
    const env: Record<string, string> = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret' }
    const surroundings = { env: (name: string) => env[name] }
    const region = 'us-east-1'
    expect(mintedFrom(await mintBearer({ region }, surroundings)())).toBe('AKIDENV')
    const options = { region, awsAccessKey: 'AKIDOPTION', awsSecretKey: 'secret' }
    expect(mintedFrom(await mintBearer(options, surroundings)())).toBe('AKIDOPTION')
  })

  it('is replaced by one from other credentials when it was refused as expired', async () => {
    let run = 0
    const credentials = async (): Promise<AwsCredentials> => ({ ...keys, accessKeyId: `AKID${(run += 1)}` })
    const audience = { service: 'bedrock', region: 'us-east-1' } as const
    const authorizer = createAuthorizer({ apiKey: mintBearer({ credentials, now: () => start }, platform) }, platform)
    const refused = await authorizer.authorize({ method: 'GET', url: 'https://x', headers: {} }, audience)
    const answers = await Promise.all(Array.from({ length: 100 }, () => authorizer.refresh(refused)))
    expect([new Set(answers), run]).toEqual([new Set([true]), 2])
  })

  it.each([0, -1, 1.5, 43_201, NaN])('is not minted for %d seconds', (expiresInSeconds) => {
    expect(() => mintBearer({ credentials: keys, region: 'us-east-1', expiresInSeconds }, platform)).toThrow(
      `expiresInSeconds is a whole number from 1 to 43200, not ${expiresInSeconds}`,
    )
  })
})

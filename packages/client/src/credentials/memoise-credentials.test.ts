import { describe, expect, it, vi } from 'vitest'
import type { AwsCredentials, CredentialProvider } from '../options.ts'
import { memoiseCredentials } from './memoise-credentials.ts'

const hour = 3_600_000
const minute = 60_000

/** A provider that numbers what it gives; each holds for an hour of a clock that the test moves. */
function numbered(lifetimeMs = hour) {
  const clock = { now: Date.UTC(2026, 10, 25) }
  let runs = 0
  const asked: boolean[] = []
  let failure: Error | undefined
  const provider: CredentialProvider = async (options) => {
    asked.push(options?.forceRefresh === true)
    await new Promise((resolve) => setImmediate(resolve))
    if (failure !== undefined) throw failure
    runs += 1
    return { accessKeyId: `AKID${runs}`, secretAccessKey: 's', expiration: new Date(clock.now + lifetimeMs) }
  }
  const fail = (error: Error | undefined): void => void (failure = error)
  return { clock, asked, provider, fail, kept: memoiseCredentials(provider, () => clock.now) }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('memoised credentials', () => {
  it('are found once for 1,000 who ask at the same time, and are one object for all', async () => {
    const { asked, kept } = numbered()
    const all = await Promise.all(Array.from({ length: 1000 }, () => kept.get()))
    expect(asked).toEqual([false])
    expect(new Set(all).size).toBe(1)
    expect(all[0]?.accessKeyId).toBe('AKID1')
  })

  it('are found anew in the background five minutes before they expire, while callers go on', async () => {
    const { asked, clock, kept } = numbered()
    await kept.get()
    clock.now += 54 * minute
    await kept.get()
    expect(asked).toEqual([false])
    clock.now += 2 * minute
    const during = await Promise.all(Array.from({ length: 100 }, () => kept.get()))
    expect(new Set(during.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKID1']))
    await settled()
    expect(asked).toEqual([false, true])
    expect((await kept.get()).accessKeyId).toBe('AKID2')
  })

  it('are waited for when they have expired', async () => {
    const { clock, kept } = numbered()
    await kept.get()
    clock.now += hour
    const all = await Promise.all(Array.from({ length: 100 }, () => kept.get()))
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKID2']))
  })

  it('hold on when finding others fails, are not sought at every call, and fail only when they are over', async () => {
    const { asked, clock, fail, kept } = numbered()
    await kept.get()
    fail(new Error('IMDS is down'))
    clock.now += 56 * minute
    for (let call = 0; call < 50; call++) expect((await kept.get()).accessKeyId).toBe('AKID1')
    await settled()
    expect((await kept.get()).accessKeyId).toBe('AKID1')
    expect(asked).toEqual([false, true])
    clock.now += 31_000
    await kept.get()
    await settled()
    expect(asked).toEqual([false, true, true])
    clock.now += 4 * minute
    await expect(kept.get()).rejects.toThrow('IMDS is down')
    fail(undefined)
    expect((await kept.get()).accessKeyId).toBe('AKID2')
  })

  it('are not sought at every call when they are given with less than five minutes left', async () => {
    const { asked, clock, kept } = numbered(3 * minute)
    for (let call = 0; call < 20; call++) await kept.get()
    await settled()
    expect(asked).toEqual([false])
    clock.now += 31_000
    await kept.get()
    await settled()
    expect(asked).toEqual([false, true])
  })

  it('without an expiration are kept until they are refused', async () => {
    const provider = vi.fn<CredentialProvider>(async () => ({ accessKeyId: 'AKID', secretAccessKey: 's' }))
    let now = 0
    const kept = memoiseCredentials(provider, () => now)
    await kept.get()
    now = 1e15
    await kept.get()
    expect(provider).toHaveBeenCalledTimes(1)
  })

  it('do not remember a failure', async () => {
    const { fail, kept } = numbered()
    fail(new Error('not yet'))
    await expect(kept.get()).rejects.toThrow('not yet')
    fail(undefined)
    expect((await kept.get()).accessKeyId).toBe('AKID1')
  })
})

describe('a forced refresh', () => {
  it('happens once for 1,000 whose requests were refused together', async () => {
    const { asked, kept } = numbered()
    const stale = await kept.get()
    const answers = await Promise.all(Array.from({ length: 1000 }, () => kept.refresh(stale)))
    expect(new Set(answers)).toEqual(new Set([true]))
    expect(asked).toEqual([false, true])
    expect((await kept.get()).accessKeyId).toBe('AKID2')
  })

  it('does nothing for whoever comes late: what was refused is already replaced', async () => {
    const { asked, kept } = numbered()
    const stale = await kept.get()
    await kept.refresh(stale)
    expect(await kept.refresh(stale)).toBe(true)
    expect(asked).toEqual([false, true])
  })

  it('tells when the provider has no others', async () => {
    const same: AwsCredentials = { accessKeyId: 'AKID', secretAccessKey: 's', sessionToken: 't' }
    const kept = memoiseCredentials(async () => ({ ...same }), Date.now)
    const before = await kept.get()
    expect(await kept.refresh(before)).toBe(false)
    expect(await kept.get()).toBe(before)
  })

  it('takes a new session token for a new credential', async () => {
    let run = 0
    const kept = memoiseCredentials(
      async () => ({ accessKeyId: 'AKID', secretAccessKey: 's', sessionToken: `t${(run += 1)}` }),
      Date.now,
    )
    const stale = await kept.get()
    expect([await kept.refresh(stale), await kept.refresh(stale)]).toEqual([true, true])
    expect(run).toBe(2)
  })

  it('that fails says so, and lets the next call tell why', async () => {
    const { fail, kept } = numbered()
    const stale = await kept.get()
    fail(new Error('the SSO session is over'))
    expect(await kept.refresh(stale)).toBe(false)
    await expect(kept.get()).rejects.toThrow('the SSO session is over')
  })

  it('asks a provider for others than it may have kept, after a failure too', async () => {
    const { asked, fail, kept } = numbered()
    const stale = await kept.get()
    fail(new Error('once'))
    await kept.refresh(stale)
    fail(undefined)
    await kept.get()
    expect(asked).toEqual([false, true, true])
  })
})

it.each([[undefined], [{}], [{ accessKeyId: 'AKID' }], [{ accessKeyId: 'AK\r\nID', secretAccessKey: 's' }]])(
  'refuses what is no credential: %j',
  async (given) => {
    const provider: CredentialProvider = async () => given as AwsCredentials
    await expect(memoiseCredentials(provider, Date.now).get()).rejects.toThrow(
      'The credential provider gave no accessKeyId and secretAccessKey',
    )
  },
)

it('refuses a session token that no header carries, and takes an empty one for none', async () => {
  const keys = { accessKeyId: 'AKID', secretAccessKey: 's' }
  await expect(memoiseCredentials(async () => ({ ...keys, sessionToken: 'a\r\nb' }), Date.now).get()).rejects.toThrow(
    'The credential provider gave a sessionToken that is not one word',
  )
  expect(await memoiseCredentials(async () => ({ ...keys, sessionToken: '' }), Date.now).get()).toEqual(keys)
})

it('tells nobody that there are others when the same keys came with a later end', async () => {
  let end = 0
  const provider: CredentialProvider = async () => ({
    accessKeyId: 'AKID',
    secretAccessKey: 's',
    expiration: new Date(Date.now() + hour + (end += 1000)),
  })
  const kept = memoiseCredentials(provider, Date.now)
  expect(await kept.refresh(await kept.get())).toBe(false)
})

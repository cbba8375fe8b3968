import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { AccessPolicy } from '../src/state/access.ts'
import type { RunningServer } from '../src/start-server.ts'
import { ask, startQuietly } from './support/access-calls.ts'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const account = '123456789012'
const at = '2026-11-25T12:00:00.000Z'

const running: RunningServer[] = []
const start = async (policy: AccessPolicy, data?: string): Promise<RunningServer> => {
  const noon = Date.parse(at)
  const server = await startQuietly({ access: { policy }, ...(data !== undefined && { data }) }, { now: () => noon })
  running.push(server)
  return server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

const post = (server: RunningServer, path: string, body: unknown) => ask(server, 'POST', `/admin/access/${path}`, body)
const status = async (server: RunningServer, region: string): Promise<unknown> => {
  const path = `/foundation-model-availability/${encodeURIComponent(haiku)}`
  const { body } = await ask(server, 'GET', path, undefined, region)
  return (body as { agreementAvailability: { status: string } }).agreementAvailability.status
}

async function request(server: RunningServer, region = 'us-east-1'): Promise<void> {
  const formData = Buffer.from('{"companyName":"Ada"}').toString('base64')
  await ask(server, 'POST', '/use-case-for-model-access', { formData })
  const path = `/list-foundation-model-agreement-offers/${encodeURIComponent(haiku)}`
  const { body } = await ask(server, 'GET', path, undefined, region)
  const [offer] = (body as { offers: ReadonlyArray<{ offerToken: string }> }).offers
  const made = { modelId: haiku, offerToken: offer?.offerToken }
  await ask(server, 'POST', '/create-foundation-model-agreement', made, region)
}

describe('access by the admin API', () => {
  it('lists what has been asked for, and what became of it', async () => {
    const server = await start('admin')
    expect((await ask(server, 'GET', '/admin/access')).body).toEqual({ policy: 'admin', access: [] })
    await request(server)
    const asked = {
      account,
      region: 'us-east-1',
      modelId: haiku,
      status: 'pending',
      form: true,
      agreement: { status: 'made', at },
    }
    expect((await ask(server, 'GET', '/admin/access')).body).toEqual({ policy: 'admin', access: [asked] })
    expect(await post(server, 'grant', { modelId: 'claude-haiku-4-5', account, region: 'us-east-1' })).toEqual({
      status: 200,
      errorType: null,
      body: { modelId: haiku, account, region: 'us-east-1', status: 'granted', at },
    })
    expect((await ask(server, 'GET', '/admin/access')).body).toEqual({
      policy: 'admin',
      access: [{ ...asked, status: 'granted', decision: { status: 'granted', at } }],
    })
  })

  it('grants for all accounts and Regions at once, and takes one of them out', async () => {
    const server = await start('admin')
    await post(server, 'grant', { modelId: haiku })
    expect([await status(server, 'us-east-1'), await status(server, 'eu-west-1')]).toEqual(['AVAILABLE', 'AVAILABLE'])
    await post(server, 'revoke', { modelId: haiku, region: 'eu-west-1' })
    expect([await status(server, 'us-east-1'), await status(server, 'eu-west-1')]).toEqual([
      'AVAILABLE',
      'NOT_AVAILABLE',
    ])
    await post(server, 'grant', { modelId: haiku, account, region: 'eu-west-1' })
    expect(await status(server, 'eu-west-1')).toBe('AVAILABLE')
  })

  it('takes the last word for all that it covers', async () => {
    const server = await start('granted')
    await post(server, 'revoke', { modelId: haiku, account, region: 'eu-west-1' })
    await post(server, 'grant', { modelId: haiku })
    expect(await status(server, 'eu-west-1')).toBe('AVAILABLE')
    await post(server, 'revoke', { modelId: haiku })
    expect(await status(server, 'eu-west-1')).toBe('NOT_AVAILABLE')
    expect((await ask(server, 'GET', '/admin/access')).body).toEqual({
      policy: 'granted',
      access: [
        {
          account: '*',
          region: '*',
          modelId: haiku,
          status: 'revoked',
          form: false,
          decision: { status: 'revoked', at },
        },
      ],
    })
  })

  it('grants again what the account itself had ended', async () => {
    const server = await start('granted')
    await ask(server, 'POST', '/delete-foundation-model-agreement', { modelId: haiku })
    expect(await status(server, 'us-east-1')).toBe('NOT_AVAILABLE')
    await post(server, 'grant', { modelId: haiku })
    expect(await status(server, 'us-east-1')).toBe('AVAILABLE')
  })

  it.each([
    [
      undefined,
      'Expected {"modelId": "anthropic.claude-opus-4-8"}, with an "account" and a "region" if it is not for all.',
    ],
    [
      { modelId: haiku, reason: 'none' },
      'Expected {"modelId": "anthropic.claude-opus-4-8"}, with an "account" and a "region" if it is not for all.',
    ],
    [
      { modelId: 'anthropic.claude-opus-4-9' },
      'The catalogue knows no model "anthropic.claude-opus-4-9": did you mean anthropic.claude-opus-4-8?',
    ],
    [{ modelId: haiku, account: '1' }, 'account: expected twelve digits.'],
    [{ modelId: haiku, region: 'eu-wset-1' }, 'The catalogue knows no Region "eu-wset-1": did you mean eu-west-1?'],
  ])('says what is wrong with the order %j', async (order, message) => {
    const server = await start('admin')
    expect(await post(server, 'grant', order)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: { message },
    })
    expect((await ask(server, 'GET', '/admin/access')).body).toEqual({ policy: 'admin', access: [] })
  })

  it('grants nothing where nobody gets access, and says why', async () => {
    expect(await post(await start('never'), 'grant', { modelId: haiku })).toMatchObject({
      status: 400,
      body: {
        message: 'access.policy is never: nobody gets access, whatever is granted. Set another policy first.',
      },
    })
  })
})

describe('access in a data folder', () => {
  it('survives a restart: form, agreement, grant and data retention', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-access-'))
    try {
      const before = await start('admin', folder)
      await request(before)
      await post(before, 'grant', { modelId: haiku })
      await ask(before, 'PUT', '/data-retention', { mode: 'none' })
      const { body: offers } = await ask(
        before,
        'GET',
        `/list-foundation-model-agreement-offers/${encodeURIComponent(haiku)}`,
      )
      const { body: said } = await ask(before, 'GET', '/admin/access')
      await before.close(0)
      const after = await start('admin', folder)
      expect((await ask(after, 'GET', '/admin/access')).body).toEqual(said)
      expect(await status(after, 'us-east-1')).toBe('AVAILABLE')
      expect((await ask(after, 'GET', '/data-retention')).body).toEqual({ mode: 'none', updatedAt: at })
      expect(
        (await ask(after, 'GET', `/list-foundation-model-agreement-offers/${encodeURIComponent(haiku)}`)).body,
      ).toEqual(offers)
    } finally {
      for (const server of running.splice(0)) await server.close(0)
      await rm(folder, { recursive: true, force: true })
    }
  })
})

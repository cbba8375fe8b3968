import { afterEach, describe, expect, it } from 'vitest'
import type { AccessPolicy } from '../src/state/access.ts'
import type { RunningServer } from '../src/start-server.ts'
import { ask, startQuietly } from './support/access-calls.ts'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const form = { companyName: 'Ada & Co', companyWebsite: 'https://ada.example', useCases: 'Tests' }
const formData = Buffer.from(JSON.stringify(form)).toString('base64')
const pattern =
  '[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2}(/[a-z0-9]{12}|)'

const running: RunningServer[] = []
const start = async (policy: AccessPolicy, fidelity: 'guide' | 'aws' = 'guide'): Promise<RunningServer> => {
  const server = await startQuietly({ access: { policy }, fidelity })
  running.push(server)
  return server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

const availability = async (server: RunningServer, region?: string, modelId = haiku): Promise<unknown> =>
  (await ask(server, 'GET', `/foundation-model-availability/${encodeURIComponent(modelId)}`, undefined, region)).body

async function tokenOf(server: RunningServer, region?: string, modelId = haiku): Promise<string> {
  const path = `/list-foundation-model-agreement-offers/${encodeURIComponent(modelId)}`
  const { body } = await ask(server, 'GET', path, undefined, region)
  return (body as { offers: ReadonlyArray<{ offerToken: string }> }).offers[0]?.offerToken ?? ''
}

const create = async (server: RunningServer, region?: string, offerToken?: string) => {
  const body = { modelId: haiku, offerToken: offerToken ?? (await tokenOf(server, region)) }
  return ask(server, 'POST', '/create-foundation-model-agreement', body, region)
}
const remove = (server: RunningServer, region?: string) =>
  ask(server, 'POST', '/delete-foundation-model-agreement', { modelId: haiku }, region)
const putForm = (server: RunningServer, body: unknown = { formData }) =>
  ask(server, 'POST', '/use-case-for-model-access', body)

const available = {
  modelId: haiku,
  agreementAvailability: { status: 'AVAILABLE' },
  authorizationStatus: 'AUTHORIZED',
  entitlementAvailability: 'AVAILABLE',
  regionAvailability: 'AVAILABLE',
}
const withoutAgreement = {
  ...available,
  agreementAvailability: { status: 'NOT_AVAILABLE' },
  entitlementAvailability: 'NOT_AVAILABLE',
}
const notAuthorized = { ...withoutAgreement, authorizationStatus: 'NOT_AUTHORIZED' }

describe('the flow from the form to the agreement', () => {
  it('opens a model once the form has been put and the agreement made, in that Region alone', async () => {
    const server = await start('ask')
    expect(await ask(server, 'GET', '/use-case-for-model-access')).toEqual({
      status: 404,
      errorType: 'ResourceNotFoundException',
      body: { message: 'You have not filled out the request form. Fill out the form before getting access.' },
    })
    expect(await availability(server)).toEqual(withoutAgreement)
    expect(await create(server)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: {
        message:
          'You have not filled out the required use-case form for this model. Complete the form at https://us-east-1.console.aws.amazon.com/bedrock/ before requesting access.',
      },
    })
    expect(await putForm(server)).toMatchObject({ status: 201, body: {} })
    expect(await ask(server, 'GET', '/use-case-for-model-access', undefined, 'eu-west-1')).toMatchObject({
      status: 200,
      body: { formData },
    })
    expect(await create(server)).toEqual({ status: 202, errorType: null, body: { modelId: haiku } })
    expect(await availability(server)).toEqual(available)
    expect(await availability(server, 'eu-west-1')).toEqual(withoutAgreement)
    expect(await create(server)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: { message: 'Could not create agreement - Agreement already exists' },
    })
    expect(await remove(server)).toEqual({ status: 202, errorType: null, body: {} })
    expect(await availability(server)).toEqual(withoutAgreement)
    expect(await remove(server)).toEqual({
      status: 404,
      errorType: 'ResourceNotFoundException',
      body: { message: 'Could not delete agreement - Agreement does not exist' },
    })
  })

  it('says that everything is there where everything is granted, until an agreement is deleted', async () => {
    const server = await start('granted')
    expect(await availability(server)).toEqual(available)
    expect(await remove(server)).toMatchObject({ status: 202 })
    expect(await availability(server)).toEqual(withoutAgreement)
    expect(await availability(server, 'us-west-2')).toEqual(available)
    expect(await create(server)).toMatchObject({ status: 202 })
    expect(await availability(server)).toEqual(available)
  })

  it('lets an agreement wait for an operator where one decides', async () => {
    const server = await start('admin')
    await putForm(server)
    expect(await availability(server)).toEqual(withoutAgreement)
    expect(await create(server)).toMatchObject({ status: 202 })
    expect(await availability(server)).toEqual({ ...withoutAgreement, agreementAvailability: { status: 'PENDING' } })
  })

  it('authorizes nobody where nobody gets access', async () => {
    const server = await start('never')
    expect(await availability(server)).toEqual(notAuthorized)
    expect(await create(server)).toEqual({
      status: 403,
      errorType: 'AccessDeniedException',
      body: { message: 'Your account is not authorized to invoke this API operation.' },
    })
  })

  it('keeps all of it in a snapshot, and brings it back', async () => {
    const server = await start('ask')
    await putForm(server)
    await create(server)
    const snapshot = await server.world.snapshot()
    await server.world.reset()
    expect(await availability(server)).toEqual(withoutAgreement)
    const other = await start('ask')
    await other.world.restore(snapshot)
    expect(await availability(other)).toEqual(available)
    expect(await ask(other, 'GET', '/use-case-for-model-access')).toMatchObject({ body: { formData } })
  })
})

const offersOf = (server: RunningServer, modelId: string, query = '', region?: string) =>
  ask(
    server,
    'GET',
    `/list-foundation-model-agreement-offers/${encodeURIComponent(modelId)}${query}`,
    undefined,
    region,
  )

describe('ListFoundationModelAgreementOffers', () => {
  it('offers a model at its list prices in the Region', async () => {
    const server = await start('granted')
    expect((await offersOf(server, 'anthropic.claude-opus-4-8', '?offerType=ALL')).body).toMatchObject({
      modelId: 'anthropic.claude-opus-4-8',
      offers: [
        {
          offerId: expect.stringMatching(/^offer-[a-z2-7]{13}$/) as string,
          offerToken: expect.stringMatching(/^[A-Za-z0-9+/=]{668}$/) as string,
          termDetails: {
            usageBasedPricingTerm: {
              rateCard: expect.arrayContaining([
                {
                  dimension: 'USE1_input_tokens_standard',
                  price: '5.5',
                  description: 'Million Input Tokens Regional',
                  unit: 'Units',
                },
                {
                  dimension: 'USE1_input_tokens_global_standard',
                  price: '5',
                  description: 'Million Input Tokens Global',
                  unit: 'Units',
                },
              ]) as unknown,
            },
            legalTerm: { url: 'https://aws.amazon.com/legal/bedrock/third-party-models/' },
          },
        },
      ],
    })
    expect(JSON.stringify((await offersOf(server, haiku, '', 'eu-west-1')).body)).toContain(
      '{"dimension":"EUW1_InputTokenCount","price":"1.1",',
    )
  })

  it('takes the token of no other model, account or Region', async () => {
    const server = await start('granted')
    const refused = {
      status: 400,
      errorType: 'ValidationException',
      body: { message: 'Could not create agreement - Invalid offer token' },
    }
    expect(await create(server, 'us-east-1', await tokenOf(server, 'us-west-2'))).toEqual(refused)
    expect(await create(server, 'us-east-1', await tokenOf(server, 'us-east-1', 'anthropic.claude-opus-4-8'))).toEqual(
      refused,
    )
    expect(await create(server, 'us-east-1', 'x'.repeat(100_000))).toEqual(refused)
    const other = await startQuietly({ account: '111122223333' })
    running.push(other)
    expect(await create(server, 'us-east-1', await tokenOf(other))).toEqual(refused)
    expect(await create(server, 'us-east-1', await tokenOf(server))).toMatchObject({ status: 202 })
  })

  it('offers nothing where the model is not to be had, and says so', async () => {
    const server = await start('granted', 'aws')
    const model = 'anthropic.claude-haiku-4-5-20251001-v1:0'
    expect((await offersOf(server, model, '', 'us-gov-west-1')).body).toEqual({ modelId: model, offers: [] })
    expect(await availability(server, 'us-gov-west-1')).toMatchObject({ regionAvailability: 'NOT_AVAILABLE' })
  })
})

const fails = (value: string): string =>
  `1 validation error detected: Value '${value}' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`

describe('what breaks the service model', () => {
  it.each([
    ['an ARN', 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8'],
    ['an alias', 'claude-opus-4-8'],
    ['capitals', 'anthropic.Claude'],
  ])('is refused in the words of coral: %s as modelId', async (_, id) => {
    const server = await start('granted')
    const refusal = { status: 400, errorType: 'ValidationException', body: { message: fails(id) } }
    const label = encodeURIComponent(id)
    expect(await ask(server, 'GET', `/foundation-model-availability/${label}`)).toEqual(refusal)
    expect(await ask(server, 'GET', `/list-foundation-model-agreement-offers/${label}`)).toEqual(refusal)
    expect(await ask(server, 'POST', '/delete-foundation-model-agreement', { modelId: id })).toEqual(refusal)
    expect(await ask(server, 'POST', '/create-foundation-model-agreement', { modelId: id, offerToken: 't' })).toEqual(
      refusal,
    )
  })

  it.each([
    ['a profile', `us.${haiku}`],
    ['a model that there is not', 'anthropic.claude-9'],
    ['a variant that only provisioned throughput serves', 'anthropic.claude-3-haiku-20240307-v1:0:48k'],
    ['a custom model', 'anthropic.claude-3-haiku-20240307-v1:0/abcdefghijkl'],
  ])('is refused as unknown: %s', async (_, id) => {
    const server = await start('granted')
    expect(await ask(server, 'GET', `/foundation-model-availability/${encodeURIComponent(id)}`)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: { message: 'The provided model identifier is invalid.' },
    })
  })

  it.each([
    [{ offerToken: 't' }, "Value null at 'modelId' failed to satisfy constraint: Member must not be null"],
    [{ modelId: haiku }, "Value null at 'offerToken' failed to satisfy constraint: Member must not be null"],
    [
      { modelId: haiku, offerToken: null },
      "Value null at 'offerToken' failed to satisfy constraint: Member must not be null",
    ],
  ])('is refused where a member is missing: %j', async (body, words) => {
    const server = await start('granted')
    expect(await ask(server, 'POST', '/create-foundation-model-agreement', body)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: { message: `1 validation error detected: ${words}` },
    })
  })

  it.each([
    ['short', 'Member must have length greater than or equal to 10'],
    ['long'.repeat(4097), 'Member must have length less than or equal to 16384'],
  ])('is refused where the form has too few bytes or too many (%#)', async (text, words) => {
    const server = await start('granted')
    expect(await putForm(server, { formData: Buffer.from(text).toString('base64') })).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: { message: `1 validation error detected: Value at 'formData' failed to satisfy constraint: ${words}` },
    })
    expect(await putForm(server, { formData: Buffer.from('x'.repeat(16_384)).toString('base64') })).toMatchObject({
      status: 201,
    })
  })

  it('is refused where it cannot be read at all', async () => {
    const server = await start('granted')
    expect(await putForm(server, { formData: '{"companyName":' })).toMatchObject({
      status: 400,
      errorType: 'SerializationException',
      body: { message: 'Invalid base64 text' },
    })
    expect(await putForm(server, '{')).toMatchObject({ status: 400, errorType: 'SerializationException' })
  })

  it('is refused where an offer is of no known type', async () => {
    const server = await start('granted')
    const path = `/list-foundation-model-agreement-offers/${encodeURIComponent(haiku)}?offerType=PRIVATE`
    expect(await ask(server, 'GET', path)).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: {
        message:
          "1 validation error detected: Value 'PRIVATE' at 'offerType' failed to satisfy constraint: Member must satisfy enum value set: [ALL, PUBLIC]",
      },
    })
  })
})

describe('account data retention', () => {
  it('is inherited until it is set, in each Region for itself', async () => {
    const server = await start('granted')
    expect(await ask(server, 'GET', '/data-retention')).toEqual({
      status: 200,
      errorType: null,
      body: { mode: 'inherit' },
    })
    server.clock.set(Date.parse('2026-11-25T12:00:00Z'))
    const set = { mode: 'aws_review', updatedAt: expect.stringMatching(/^2026-11-25T12:00:00\.\d{3}Z$/) as string }
    expect(await ask(server, 'PUT', '/data-retention', { mode: 'aws_review' })).toEqual({
      status: 200,
      errorType: null,
      body: set,
    })
    expect((await ask(server, 'GET', '/data-retention')).body).toEqual(set)
    expect((await ask(server, 'GET', '/data-retention', undefined, 'eu-west-1')).body).toEqual({ mode: 'inherit' })
  })

  it('has no other modes than those of the service model', async () => {
    const server = await start('granted')
    expect(await ask(server, 'PUT', '/data-retention', { mode: 'forever' })).toEqual({
      status: 400,
      errorType: 'ValidationException',
      body: {
        message:
          "1 validation error detected: Value 'forever' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [default, none, aws_review, provider_data_share, inherit]",
      },
    })
  })
})

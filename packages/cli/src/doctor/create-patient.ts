import {
  createControl,
  endpointsFor,
  findAwsCredentials,
  getCallerIdentity,
  type InferenceProfile,
  listServiceQuotas,
} from '@outcrop/client/control'
import { loadProxyDispatcher } from '@outcrop/client/node'
import { readAwsProfile } from '../aws/aws-files.ts'
import { clientOptions } from '../aws/client-options.ts'
import { findCredentials } from '../aws/find-credentials.ts'
import { bedrockUrl } from '../endpoint/endpoint-url.ts'
import { toCommandFailure } from '../endpoint/to-command-failure.ts'
import type { Env, Io } from '../io.ts'
import { callOnce } from './call-once.ts'
import { findProxy } from './find-proxy.ts'
import { connectTo } from './connect.ts'
import type { Access, DoctorOptions, Patient, Place, Served, Setting } from './patient.ts'
import { ownerOf, speaksHttp2, visitHttp1, visitThrough } from './visit.ts'

const defaultModel = 'claude-opus-4-6'
/** One step may take so long: a list, a connection, a look. */
const stepMs = 5000

/** Prepares an examination: settings are read now, and what takes time is looked at when a check first asks. */
export async function createPatient(options: DoctorOptions, io: Io, signal: AbortSignal): Promise<Patient> {
  const { env, now } = io
  const region = regionOf(options.region, env)
  const place = placeOf(options.endpoint, region.value, env)
  const profile = await readAwsProfile(io, options.profile)
  const sts = env['AWS_ENDPOINT_URL_STS'] || env['AWS_ENDPOINT_URL'] || undefined
  const quotasAt = env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'] || env['AWS_ENDPOINT_URL'] || undefined
  const inTime = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(stepMs)])
  const credentials = once(() => findCredentials({ profile: options.profile, url: place.value }, io))
  const at = { url: place.value, region: region.value, now }
  const keys = once(async () => {
    const found = await credentials()
    return found.kind === 'keys' || found.kind === 'chain' ? findAwsCredentials(clientOptions(found, at)) : undefined
  })
  // What the chain has found once is not looked for again: it may run a program, or ask for a code.
  const client = once(async () => {
    const [found, given] = [await credentials(), await keys()]
    return clientOptions(given === undefined ? found : { kind: 'keys', ...given }, at)
  })
  const proxy = findProxy(place.url, env)
  const isProxied = proxy?.url !== undefined && proxy.passedBy === undefined
  const visit = once(async () =>
    isProxied
      ? visitThrough(await loadProxyDispatcher(), place.url, inTime(), now)
      : visitHttp1(place.url, inTime(), now),
  )
  const owner = once(async () => ownerOf(await visit()))
  return {
    io,
    signal,
    region,
    place,
    sts,
    proxy,
    isProxied,
    profile,
    profileFrom: options.profile !== undefined ? '--profile' : env['AWS_PROFILE'] ? 'AWS_PROFILE' : undefined,
    model: options.model ?? defaultModel,
    credentials,
    keys,
    canCall: () => succeeds(keys()),
    connection: once(() => connectTo(isProxied ? proxy.url : place.url, inTime())),
    visit,
    owner,
    http2: once(() => speaksHttp2(place.url, inTime())),
    identity: once(async () =>
      getCallerIdentity({ ...(await client()), stsURL: neighbour(sts, place) }, { signal: inTime() }),
    ),
    // A call may take longer than a step; the examination has an end.
    call: once(async () => callOnce(await client(), options.model ?? defaultModel, signal)),
    served: once(async () => listServed(createControl(await client()), inTime())),
    access: async (modelId) => readAccess(createControl(await client()), modelId, inTime()),
    hasNeighbours: async () =>
      place.isAws || quotasAt !== undefined || (await owner().catch(() => 'unknown')) === 'outcrop',
    quotas: once(async () =>
      listServiceQuotas({ ...(await client()), serviceQuotasURL: neighbour(quotasAt, place) }, { signal: inTime() }),
    ),
  }
}

async function listServed(control: ReturnType<typeof createControl>, signal: AbortSignal): Promise<Served> {
  const models = control.listFoundationModels({ byProvider: 'Anthropic' }, { signal })
  const profiles: InferenceProfile[] = []
  const listed = (async () => {
    for await (const page of control.listInferenceProfiles({}, { signal })) profiles.push(...page)
  })()
  await Promise.all([models, listed])
  return { models: await models, profiles }
}

async function readAccess(
  control: ReturnType<typeof createControl>,
  modelId: string,
  signal: AbortSignal,
): Promise<Access> {
  const availability = await control.getFoundationModelAvailability(modelId, { signal })
  if (availability.agreementAvailability.status === 'AVAILABLE') return { availability, isFormFilled: undefined }
  const form = control.getUseCaseForModelAccess({ signal })
  // Whoever may not read the form may call all the same.
  const isFormFilled = await form.then(
    (filled) => filled !== undefined,
    () => undefined,
  )
  return { availability, isFormFilled }
}

function succeeds(found: Promise<unknown>): Promise<boolean> {
  return found.then(
    () => true,
    () => false,
  )
}

/** Where a service beside Bedrock is: where the environment says, else at an endpoint that is not AWS's, which is its own. */
function neighbour(named: string | undefined, place: Place): string | undefined {
  return named ?? (place.isAws ? undefined : place.url.origin)
}

/** Finds a thing once, however many ask, and however it ends. */
function once<Found>(find: () => Promise<Found>): () => Promise<Found> {
  let found: Promise<Found> | undefined
  return () => {
    found ??= find()
    return found
  }
}

function regionOf(option: string | undefined, env: Env): Setting {
  if (option !== undefined) return { value: option, from: '--region' }
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = env[name]?.trim() ?? ''
    if (value !== '') return { value, from: name }
  }
  return { value: 'us-east-1', from: undefined }
}

/** The variables that name the runtime's endpoint, in the order in which the client reads them. */
const endpointVariables = [
  'OUTCROP_URL',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
  'AWS_ENDPOINT_URL',
] as const

function placeOf(option: string | undefined, region: string, env: Env): Place {
  if (option !== undefined) return toPlace(bedrockUrl(option, region, env, '--endpoint'), '--endpoint')
  const named = endpointVariables.find((name) => (env[name]?.trim() ?? '') !== '')
  if (named === 'OUTCROP_URL') return toPlace(bedrockUrl(undefined, region, env), named)
  try {
    return toPlace(endpointsFor(region, {}, (name) => env[name]).runtime, named)
  } catch (cause) {
    throw toCommandFailure(cause, region)
  }
}

function toPlace(value: string, from: string | undefined): Place {
  const url = new URL(value)
  return { value, from, url, isAws: awsHost.test(url.hostname) }
}

const awsHost =
  /\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/

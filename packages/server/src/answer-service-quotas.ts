import {
  type Fidelity,
  geographyOf,
  isServedInRegion,
  listMantleModels,
  type ModelEntry,
  models,
  profileIn,
  type Scope,
  serviceQuotaName,
} from '@outcrop/protocol'
import type { Call, Identity } from './call.ts'
import { jsonRpcError, jsonRpcReply } from './edge/dialects/aws-json-rpc.ts'
import type { Reply } from './exchange.ts'
import type { QuotaBook, QuotaEndpoint, QuotaKind } from './quota.ts'

/** What Service Quotas needs of the gateway. */
export interface ServiceQuotasOptions {
  readonly quotas: QuotaBook
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch. */
  readonly now: () => number
}

const serviceCode = 'bedrock'
const serviceName = 'Amazon Bedrock'

/** Answers Service Quotas' questions for the quotas of calls: all that are configured, as they hold for the caller (WIRE §10). */
export function answerServiceQuotas(operation: string, call: Call, options: ServiceQuotasOptions): Reply {
  const { requestId, identity, body } = call
  const answer = operations.get(operation)
  if (answer === undefined) {
    return jsonRpcError(
      requestId,
      'UnknownOperationException',
      `Outcrop answers ${[...operations.keys()].join(', ')} of Service Quotas, and no ${operation.slice(0, 100)}.`,
    )
  }
  const input = readInput(body)
  if (input === undefined) {
    return jsonRpcReply(requestId, { __type: 'SerializationException' }, 400)
  }
  try {
    if (textOf(input, 'ServiceCode', /^[A-Za-z][A-Za-z0-9-]{1,62}$/) !== serviceCode) {
      throw new Refused(
        'NoSuchResourceException',
        `The request failed because the specified service does not exist. Outcrop knows ${serviceCode} alone.`,
      )
    }
    return jsonRpcReply(requestId, answer(input, identity, options))
  } catch (error) {
    if (error instanceof Refused) return jsonRpcError(requestId, error.type, error.message)
    throw error
  }
}

type Input = Readonly<Record<string, unknown>>

/** What is wrong with a question, by the name of one of Service Quotas' errors. [?] The words are ours. */
class Refused extends Error {
  override readonly name = 'Refused'
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const operations: ReadonlyMap<string, (input: Input, caller: Identity, options: ServiceQuotasOptions) => object> =
  new Map([
    ['ListServiceQuotas', (input, caller, options) => listed(input, applied(caller, options))],
    ['ListAWSDefaultServiceQuotas', (input, caller, options) => listed(input, defaults(caller, options))],
    ['GetServiceQuota', (input, caller, options) => one(input, applied(caller, options))],
    ['GetAWSDefaultServiceQuota', (input, caller, options) => one(input, defaults(caller, options))],
  ])

/** A quota in the service model's words. */
interface ServiceQuota {
  readonly ServiceCode: string
  readonly ServiceName: string
  readonly QuotaArn: string
  readonly QuotaCode: string
  readonly QuotaName: string
  readonly Value: number
  readonly Unit: string
  readonly Adjustable: boolean
  readonly GlobalQuota: boolean
  readonly QuotaAppliedAtLevel?: string
  readonly Description: string
}

function applied(caller: Identity, options: ServiceQuotasOptions): readonly ServiceQuota[] {
  return quotasFor(caller, options, { QuotaAppliedAtLevel: 'ACCOUNT' })
}

/** What holds for an account that no entry names; a default's ARN has no account. */
function defaults({ region }: Identity, options: ServiceQuotasOptions): readonly ServiceQuota[] {
  return quotasFor({ region, account: '' }, options, {})
}

function quotasFor(
  { region, account }: Pick<Identity, 'region' | 'account'>,
  { quotas, fidelity, now }: ServiceQuotasOptions,
  level: Pick<ServiceQuota, 'QuotaAppliedAtLevel'>,
): readonly ServiceQuota[] {
  const found = new Map<string, ServiceQuota>()
  const add = (model: ModelEntry, scope: Scope, endpoint: QuotaEndpoint): void => {
    const limits = quotas.limitsOf({ account, region, scope, endpoint, model: model.modelId })
    for (const [kind, limit] of Object.entries(limits ?? {}) as ReadonlyArray<[QuotaKind, number]>) {
      const { quotaName, quotaCode, description, adjustable } = serviceQuotaName(model, scope, kind)
      // A day has one name in the Region and across Regions: the first stands for both.
      if (found.has(quotaName)) continue
      found.set(quotaName, {
        ServiceCode: serviceCode,
        ServiceName: serviceName,
        QuotaArn: `arn:aws:servicequotas:${region}:${account}:${serviceCode}/${quotaCode}`,
        QuotaCode: quotaCode,
        QuotaName: quotaName,
        Value: limit,
        Unit: 'None',
        Adjustable: adjustable,
        GlobalQuota: false,
        ...level,
        Description: description,
      })
    }
  }
  for (const model of models) for (const scope of scopesIn(model, region, fidelity)) add(model, scope, 'runtime')
  for (const { model } of listMantleModels({ region, fidelity, now: now() })) add(model, 'in-region', 'mantle')
  return [...found.values()].sort((a, b) => (a.QuotaName < b.QuotaName ? -1 : 1))
}

/** The scopes that a Region's callers reach a model by. */
function scopesIn(model: ModelEntry, region: string, fidelity: Fidelity): readonly Scope[] {
  const geography = geographyOf(region)
  const scopes: Scope[] = geography === undefined ? ['global'] : ['global', geography, 'apac']
  const reached = scopes.filter((scope) => {
    const profile = scope === 'in-region' ? undefined : profileIn(model, scope, fidelity)
    return profile?.sourceRegions.includes(region) === true
  })
  return isServedInRegion(model, region) ? ['in-region', ...reached] : reached
}

const largestPage = 100

function listed(input: Input, all: readonly ServiceQuota[]): object {
  const size = input['MaxResults'] ?? largestPage
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > largestPage) {
    throw new Refused('IllegalArgumentException', `MaxResults is a whole number from 1 to ${largestPage}.`)
  }
  const code = textOf(input, 'QuotaCode', /^[A-Za-z][A-Za-z0-9-]{1,127}$/)
  const level = textOf(input, 'QuotaAppliedAtLevel', /^(?:ACCOUNT|RESOURCE|ALL)$/)
  const asked = all.filter(({ QuotaCode }) => level !== 'RESOURCE' && (code === undefined || QuotaCode === code))
  const start = startOf(textOf(input, 'NextToken', /^[A-Za-z0-9/+]{0,2046}={0,2}$/))
  const end = start + size
  const NextToken = end < asked.length ? { NextToken: Buffer.from(`from:${end}`).toString('base64') } : {}
  return { ...NextToken, Quotas: asked.slice(start, end) }
}

function startOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0
  const found = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64').toString('latin1'))
  if (found === null) throw new Refused('InvalidPaginationTokenException', 'This NextToken was given by nobody.')
  return Number(found[1])
}

function one(input: Input, all: readonly ServiceQuota[]): object {
  const code = textOf(input, 'QuotaCode', /^[A-Za-z][A-Za-z0-9-]{1,127}$/)
  if (code === undefined) throw new Refused('IllegalArgumentException', 'QuotaCode is missing.')
  const Quota = all.find(({ QuotaCode }) => QuotaCode === code)
  if (Quota === undefined) {
    throw new Refused('NoSuchResourceException', `No quota with the code ${code} is set for these calls.`)
  }
  return { Quota }
}

/** A member that is a text of this form, or absent. */
function textOf(input: Input, member: string, form: RegExp): string | undefined {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && form.test(value)) return value
  throw new Refused('IllegalArgumentException', `${member} is not as Service Quotas takes it: ${String(form)}`)
}

function readInput(body: Uint8Array): Input | undefined {
  if (body.byteLength === 0) return {}
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString())
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Input) : undefined
  } catch {
    return undefined
  }
}

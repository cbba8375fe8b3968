import { findModel } from '@outcrop/protocol'
import type { ServiceQuota } from '@outcrop/client/control'
import { fail, type Finding, ok, skipped, warn } from './check.ts'
import { explain } from './explain.ts'
import type { Patient } from './patient.ts'

/** Asks Service Quotas for the requests and tokens that the account has for the model: a new one may have none at all. */
export async function checkQuota(patient: Patient): Promise<readonly Finding[]> {
  const { kind } = await patient.credentials().catch(() => ({ kind: 'unusable' as const }))
  if (kind === 'none') return [skipped('calls are not signed')]
  if (kind === 'bearer') return [skipped('Service Quotas takes no Bedrock API keys')]
  if (!(await patient.canCall())) return [skipped('there are no credentials to ask with')]
  if (!(await patient.hasNeighbours())) {
    return [skipped('the endpoint is neither Outcrop nor of AWS: set AWS_ENDPOINT_URL_SERVICE_QUOTAS to ask one')]
  }
  try {
    return describeQuotas(await patient.quotas(), patient.model, patient.region.value)
  } catch (cause) {
    const { found, todo } = explain(cause)
    return [
      warn(`Service Quotas does not say what the account may use: ${found}`, todo ?? 'calls need no such permission'),
    ]
  }
}

function describeQuotas(quotas: readonly ServiceQuota[], asked: string, region: string): readonly Finding[] {
  const model = findModel(asked)
  if (model === undefined)
    return [skipped(`the catalogue does not know ${JSON.stringify(asked)}, so neither its quotas`)]
  const own = quotas.filter(({ quotaName }) => names(quotaName, model.modelName))
  if (own.length === 0) {
    return [quotas.length === 0 ? ok('no quotas are set') : ok(`no quota of the account names ${model.modelName}`)]
  }
  const spent = own.filter(({ value }) => value === 0)
  const findings = spent.map(({ quotaName, quotaCode = '' }) =>
    fail(
      `${quotaName}: 0`,
      `calls that count there are throttled: ask for more under Service Quotas ${quotaCode} in ${region}, or call through another scope`,
    ),
  )
  const rest = own.filter(({ value }) => value > 0)
  return [...findings, ...rest.map(({ quotaName, value }) => ok(`${quotaName}: ${value.toLocaleString('en-US')}`))]
}

/** Whether a quota is that of a model: `Claude Sonnet 4` is not meant by `… for Anthropic Claude Sonnet 4.5 V1`. */
function names(quotaName: string, modelName: string): boolean {
  const at = quotaName.toLowerCase().indexOf(modelName.toLowerCase())
  return at >= 0 && !/^(?:\.\d|\d)/.test(quotaName.slice(at + modelName.length))
}

import { fail, type Finding, ok, skipped, warn } from './check.ts'
import { explain } from './explain.ts'
import type { Patient } from './patient.ts'

/** Asks STS whose AWS credentials these are. */
export async function checkIdentity(patient: Patient): Promise<readonly Finding[]> {
  const { kind } = await patient.credentials().catch(() => ({ kind: 'unusable' as const }))
  if (kind === 'none') return [skipped('calls are not signed')]
  if (kind === 'bearer') return [skipped('STS takes no Bedrock API keys; "access" tells whether Bedrock does')]
  if (!(await patient.canCall())) return [skipped('there are no credentials to ask about')]
  if (
    !patient.place.isAws &&
    patient.sts === undefined &&
    (await patient.owner().catch(() => 'unknown')) !== 'outcrop'
  ) {
    return [skipped('the endpoint is neither Outcrop nor of AWS: set AWS_ENDPOINT_URL_STS to ask one')]
  }
  try {
    const { arn, account } = await patient.identity()
    return [ok(`${arn}, account ${account}`)]
  } catch (cause) {
    const { kind, found, todo } = explain(cause)
    if (kind === 'identity') return [fail(found, todo)]
    return [warn(`STS does not say who calls: ${found}`, todo ?? 'calls of models do not need STS')]
  }
}

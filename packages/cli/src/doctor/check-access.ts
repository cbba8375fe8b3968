import { fail, type Finding, ok, skipped, warn } from './check.ts'
import { explain } from './explain.ts'
import type { Patient } from './patient.ts'

/** Asks Bedrock itself for what it lists, which costs nothing and shows whether it takes the credentials. */
export async function checkAccess(patient: Patient): Promise<readonly Finding[]> {
  if (!(await patient.canCall())) return [skipped('there are no credentials to call with')]
  try {
    const { profiles, models } = await patient.served()
    return [ok(`Bedrock lists ${models.length} models by Anthropic and ${profiles.length} inference profiles`)]
  } catch (cause) {
    const { kind, found, todo } = explain(cause)
    if (kind === 'identity') return [fail(found, todo)]
    if (kind === 'permission')
      return [warn(`models cannot be listed: ${found}`, 'calls may work all the same: --call tries one')]
    if (kind === 'absent')
      return [warn('this endpoint has no lists of models', 'calls may work all the same: --call tries one')]
    if (kind === 'other') return [warn(found, todo)]
    const { kind: reached } = await patient.connection()
    // Where the endpoint itself is silent, "endpoint" says so.
    if (reached === 'failed') return [skipped(`Bedrock does not answer: ${found}`)]
    return [warn(`the lists of models do not answer: ${found}`, 'calls may work all the same: --call tries one')]
  }
}

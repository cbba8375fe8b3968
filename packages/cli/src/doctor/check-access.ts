import { findModel } from '@outcrop/protocol'
import { fail, type Finding, ok, skipped, warn } from './check.ts'
import { explain } from './explain.ts'
import type { Patient } from './patient.ts'

/** Asks Bedrock itself for what it lists and for access to the model, which costs nothing and shows whether it takes the credentials. */
export async function checkAccess(patient: Patient): Promise<readonly Finding[]> {
  if (!(await patient.canCall())) return [skipped('there are no credentials to call with')]
  try {
    const { profiles, models } = await patient.served()
    const lists = ok(`Bedrock lists ${models.length} models by Anthropic and ${profiles.length} inference profiles`)
    return [lists, ...(await checkModelAccess(patient))]
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

/** Says whether the account may call the model, and what is missing; nothing of a model that the catalogue does not know. */
async function checkModelAccess(patient: Patient): Promise<readonly Finding[]> {
  const model = findModel(patient.model)
  if (model === undefined) return []
  try {
    const { availability, isFormFilled } = await patient.access(model.modelId)
    const { status, errorMessage } = availability.agreementAvailability
    const isAuthorized = availability.authorizationStatus !== 'NOT_AUTHORIZED'
    if (status === 'AVAILABLE' && isAuthorized) return [ok(`the account has access to ${model.modelName}`)]
    const what = `access to ${model.modelName} is ${isAuthorized ? status : 'NOT_AUTHORIZED'}${errorMessage ? `: ${errorMessage}` : ''}`
    if (status === 'PENDING') return [fail(what, 'it has been asked for and waits for whoever grants it')]
    const request = `ask for it with "outcrop access request ${model.modelId}"`
    if (isFormFilled === false) return [fail(`${what}, and Anthropic's use case form is not filled in`, request)]
    // AWS makes the agreement with the first call of somebody who may subscribe (WIRE §7.3).
    const byCall = patient.place.isAws ? ', or let somebody make a first call who may subscribe in AWS Marketplace' : ''
    return [(patient.place.isAws ? warn : fail)(what, request + byCall)]
  } catch (cause) {
    const { kind, found } = explain(cause)
    // Whoever may call need not be allowed to ask.
    return kind === 'absent' ? [] : [warn(`access to ${model.modelName} is not told: ${found}`)]
  }
}

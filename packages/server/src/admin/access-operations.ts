import { findModel, GatewayError, isRegion, type Json, models, nearestWord, regions } from '@outcrop/protocol'
import type { AccessOrder, Decision } from '../state/access.ts'
import type { AdminOperation, AdminServices } from './operation.ts'

/**
 * Access to models, as an operator has it in hand: what has been asked for, given and taken
 * (`{"modelId": "…", "account": "…", "region": "…"}`; without account or Region it is all of them).
 */
export const accessOperations = {
  'GET access': ({ services: { access } }) => ({ policy: access.policy, access: access.list() }),
  'POST access/grant': ({ services, input }) => decide(services, input, 'granted'),
  'POST access/revoke': ({ services, input }) => decide(services, input, 'revoked'),
} as const satisfies Readonly<Record<string, AdminOperation>>

async function decide({ access }: AdminServices, input: Json | undefined, status: Decision['status']): Promise<object> {
  const order = readOrder(input)
  if (status === 'granted' && access.policy === 'never') {
    throw refused('access.policy is never: nobody gets access, whatever is granted. Set another policy first.')
  }
  const { at } = await access.decide(order, status)
  const { modelId, account = '*', region = '*' } = order
  return { modelId, account, region, status, at }
}

function readOrder(input: Json | undefined): AccessOrder {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return refuseShape()
  const { modelId, account, region, ...rest } = input as Readonly<Record<string, Json>>
  if (typeof modelId !== 'string' || Object.keys(rest).length > 0) return refuseShape()
  const model = findModel(modelId)
  if (model === undefined)
    throw refused(
      unknown(
        'model',
        modelId,
        models.map((known) => known.modelId),
      ),
    )
  return {
    modelId: model.modelId,
    account: readAccount(account),
    region: readRegion(region),
  }
}

function readAccount(account: Json | undefined): string | undefined {
  if (account === undefined || (typeof account === 'string' && /^\d{12}$/.test(account))) return account
  throw refused('account: expected twelve digits.')
}

function readRegion(region: Json | undefined): string | undefined {
  if (region === undefined || (typeof region === 'string' && isRegion(region))) return region
  throw refused(unknown('Region', typeof region === 'string' ? region : typeof region, regions))
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestWord(name, known)
  return `The catalogue knows no ${what} ${JSON.stringify(name.slice(0, 100))}${nearest === undefined ? '.' : `: did you mean ${nearest}?`}`
}

function refuseShape(): never {
  throw refused(
    'Expected {"modelId": "anthropic.claude-opus-4-8"}, with an "account" and a "region" if it is not for all.',
  )
}

function refused(message: string): GatewayError {
  return new GatewayError('validation', message)
}

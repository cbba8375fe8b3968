import {
  checkAccessModelId,
  checkOfferType,
  type Fidelity,
  findFoundationModel,
  GatewayError,
  isListed,
  type ModelEntry,
  parseCreateAgreement,
  parseDataRetention,
  parseDeleteAgreement,
  parseUseCase,
  texts,
} from '@outcrop/protocol'
import type { AccessKey, AccessObstacle, ModelAccess } from '../state/access.ts'
import type { ControlCaller, ControlServices, Operation } from './control-call.ts'
import { isTokenOf, offerOf } from './offer.ts'

/** Makes the operations on access to models and on data retention (WIRE §7.3), by account and Region. */
export function createAccessOperations({ access }: Pick<ControlServices, 'access'>) {
  return {
    GetFoundationModelAvailability: ({ caller, identifier }) => {
      checkAccessModelId(identifier)
      return availabilityOf(findModel(identifier, caller), caller, access)
    },
    ListFoundationModelAgreementOffers: ({ caller, identifier, query }) => {
      checkAccessModelId(identifier)
      checkOfferType(query.get('offerType'))
      const model = findModel(identifier, caller)
      // [?] Nothing is offered where the model is not to be had.
      const offers = isListed(model, caller) ? [offerOf(model, keyOf(model, caller))] : []
      return { modelId: model.modelId, offers }
    },
    CreateFoundationModelAgreement: async ({ caller, body }) => {
      const { modelId, offerToken } = parseCreateAgreement(body)
      const key = keyOf(findModel(modelId, caller), caller)
      if (!isTokenOf(key, offerToken)) throw new GatewayError('validation', texts.invalidOfferToken)
      checkAgreement(access, key)
      if (!(await access.agree(key))) throw new GatewayError('validation', texts.agreementExists)
      return { modelId }
    },
    DeleteFoundationModelAgreement: async ({ caller, body }) => {
      const key = keyOf(findModel(parseDeleteAgreement(body).modelId, caller), caller)
      if (!(await access.end(key))) throw new GatewayError('notFound', texts.agreementMissing) // [?] the status
      return {}
    },
    GetUseCaseForModelAccess: ({ caller: { account } }) => {
      const formData = access.form(account)
      if (formData === undefined) throw new GatewayError('notFound', texts.formUnset)
      return { formData }
    },
    PutUseCaseForModelAccess: async ({ caller: { account }, body }) => {
      await access.putForm(account, parseUseCase(body).formData)
      return {}
    },
    GetAccountDataRetention: ({ caller }) => access.retention(caller),
    PutAccountDataRetention: ({ caller, body }) => access.putRetention(caller, parseDataRetention(body).mode),
  } as const satisfies Readonly<Record<string, Operation>>
}

/** [?] Profile ids fit the pattern; nobody has recorded what is said to them, nor to a model that does not exist (WIRE §7.1). */
function findModel(modelId: string, caller: { readonly fidelity: Fidelity; readonly now: number }): ModelEntry {
  const model = findFoundationModel(modelId, caller)
  if (model === undefined) throw new GatewayError('validation', texts.invalidModelId)
  return model
}

function keyOf({ modelId }: ModelEntry, { account, region }: ControlCaller): AccessKey {
  return { account, region, modelId }
}

/** Refuses an agreement that the policy has no room for, or that the account's form should come before. */
function checkAgreement(access: ModelAccess, { account, region }: AccessKey): void {
  if (access.policy === 'never') throw new GatewayError('accessDenied', texts.accountNotAuthorized)
  if (access.policy !== 'granted' && access.form(account) === undefined) {
    throw new GatewayError('validation', texts.formRequired(region)) // [?] the status
  }
}

interface Availability {
  readonly agreement: 'AVAILABLE' | 'PENDING' | 'NOT_AVAILABLE'
  readonly authorization: 'AUTHORIZED' | 'NOT_AUTHORIZED'
  readonly entitlement: 'AVAILABLE' | 'NOT_AVAILABLE'
}

/**
 * What each state of access looks like. Recorded: an account with access, and one without an agreement that is AUTHORIZED all
 * the same, or, where AWS gives none, NOT_AUTHORIZED. [?] The entitlement in every state but the first, and PENDING.
 */
const availabilities: Readonly<Record<'granted' | AccessObstacle, Availability>> = {
  granted: { agreement: 'AVAILABLE', authorization: 'AUTHORIZED', entitlement: 'AVAILABLE' },
  formMissing: { agreement: 'NOT_AVAILABLE', authorization: 'AUTHORIZED', entitlement: 'NOT_AVAILABLE' },
  agreementMissing: { agreement: 'NOT_AVAILABLE', authorization: 'AUTHORIZED', entitlement: 'NOT_AVAILABLE' },
  pending: { agreement: 'PENDING', authorization: 'AUTHORIZED', entitlement: 'NOT_AVAILABLE' },
  revoked: { agreement: 'NOT_AVAILABLE', authorization: 'NOT_AUTHORIZED', entitlement: 'NOT_AVAILABLE' },
  never: { agreement: 'NOT_AVAILABLE', authorization: 'NOT_AUTHORIZED', entitlement: 'NOT_AVAILABLE' },
}

function availabilityOf(model: ModelEntry, caller: ControlCaller, access: ModelAccess): object {
  const state = availabilities[access.obstacle(keyOf(model, caller)) ?? 'granted']
  return {
    modelId: model.modelId,
    agreementAvailability: { status: state.agreement },
    authorizationStatus: state.authorization,
    entitlementAvailability: state.entitlement,
    regionAvailability: isListed(model, caller) ? 'AVAILABLE' : 'NOT_AVAILABLE',
  }
}

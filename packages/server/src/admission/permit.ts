import {
  type FailureCode,
  type Fidelity,
  findPlainModel,
  GatewayError,
  retentionModesOf,
  texts,
} from '@outcrop/protocol'
import type { AccessObstacle, ModelAccess } from '../state/access.ts'
import type { Admission, PermitCall } from './admission.ts'
import { authorize, authorizeUnknown } from './authorize.ts'

/** Whose access decides, and whether mantle asks for a mode of data retention. */
export interface PermitOptions {
  readonly access: ModelAccess
  readonly fidelity: Fidelity
}

/**
 * What Bedrock says of each obstacle (WIRE §5.5). Each text is recorded, and each is what AWS's troubleshooting page has for the
 * cause, which is told apart as 404 FTUFormNotFilled, 403 AccessDenied and 403 MPAgreementBeingCreated. [?] That an agreement
 * in the making is told by the Marketplace's text, which is the one recorded text that speaks of a subscription not complete.
 */
const refusals: Readonly<Record<AccessObstacle, readonly [code: FailureCode, message: string]>> = {
  formMissing: ['notFound', texts.useCaseMissing],
  agreementMissing: ['accessDenied', texts.noModelAccess],
  pending: ['accessDenied', texts.marketplaceDenied],
  revoked: ['accessDenied', texts.noModelAccess],
  never: ['accessDenied', texts.accountNotAuthorized],
}

/** Makes the two questions whether a caller may use a model at all: its credential first, then its account's access. */
export function createPermit({ access, fidelity }: PermitOptions): Pick<Admission, 'permit' | 'authorizeUnknown'> {
  return {
    permit(call) {
      authorize(call)
      const { caller, model } = call
      const obstacle = access.obstacle({ account: caller.account, region: caller.region, modelId: model.modelId })
      if (obstacle !== undefined) throw new GatewayError(...refusals[obstacle])
      if (call.isMantle === true && fidelity === 'aws') checkRetention(call, access)
    },
    authorizeUnknown: (call) => authorizeUnknown(call, findPlainModel(call.modelId)),
  }
}

/** Some models are only for accounts that let what they say be kept (WIRE §9.1). */
function checkRetention({ caller, model }: PermitCall, access: ModelAccess): void {
  const modes = retentionModesOf(model)
  if (modes === undefined) return
  const { mode } = access.retention(caller)
  if (modes.includes(mode)) return
  // Recorded of accounts that had never set it: what they inherit is the default.
  throw new GatewayError('validation', texts.dataRetention(mode === 'inherit' ? 'default' : mode))
}

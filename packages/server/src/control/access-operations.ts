import { GatewayError } from '@outcrop/protocol'
import type { ControlServices, Operation } from './control-call.ts'

const soon: Operation = () => {
  throw new GatewayError('unserved', 'Outcrop does not serve this operation.')
}

/** Makes the operations on access. */
export function createAccessOperations(_services: ControlServices) {
  return {
    GetFoundationModelAvailability: soon,
    ListFoundationModelAgreementOffers: soon,
    CreateFoundationModelAgreement: soon,
    DeleteFoundationModelAgreement: soon,
    GetUseCaseForModelAccess: soon,
    PutUseCaseForModelAccess: soon,
    GetAccountDataRetention: soon,
    PutAccountDataRetention: soon,
  } as const satisfies Readonly<Record<string, Operation>>
}

import { GatewayError } from '@outcrop/protocol'
import type { ControlServices, Operation } from './control-call.ts'

const soon: Operation = () => {
  throw new GatewayError('unserved', 'Outcrop does not serve this operation.')
}

/** Makes the operations on profile. */
export function createProfileOperations(_services: ControlServices) {
  return {
    CreateInferenceProfile: soon,
    DeleteInferenceProfile: soon,
  } as const satisfies Readonly<Record<string, Operation>>
}

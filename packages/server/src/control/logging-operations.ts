import { GatewayError } from '@outcrop/protocol'
import type { ControlServices, Operation } from './control-call.ts'

const soon: Operation = () => {
  throw new GatewayError('unserved', 'Outcrop does not serve this operation.')
}

/** Makes the operations on logging. */
export function createLoggingOperations(_services: ControlServices) {
  return {
    GetModelInvocationLoggingConfiguration: soon,
    PutModelInvocationLoggingConfiguration: soon,
    DeleteModelInvocationLoggingConfiguration: soon,
  } as const satisfies Readonly<Record<string, Operation>>
}

import { GatewayError } from '@outcrop/protocol'
import type { ControlServices, Operation } from './control-call.ts'

const soon: Operation = () => {
  throw new GatewayError('unserved', 'Outcrop does not serve this operation.')
}

/** Makes the operations on batch. */
export function createBatchOperations(_services: ControlServices) {
  return {
    CreateModelInvocationJob: soon,
    GetModelInvocationJob: soon,
    StopModelInvocationJob: soon,
    ListModelInvocationJobs: soon,
  } as const satisfies Readonly<Record<string, Operation>>
}

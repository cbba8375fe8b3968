import { GatewayError } from '@outcrop/protocol'
import type { ControlServices, Operation } from './control-call.ts'

const soon: Operation = () => {
  throw new GatewayError('unserved', 'Outcrop does not serve this operation.')
}

/** Makes the operations on tag. */
export function createTagOperations(_services: ControlServices) {
  return {
    TagResource: soon,
    UntagResource: soon,
    ListTagsForResource: soon,
  } as const satisfies Readonly<Record<string, Operation>>
}

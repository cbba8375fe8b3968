import { findCalledModel } from '@outcrop/protocol'
import type { ClientWire, Residency } from '../options.ts'
import { modelFault, type ModelFault } from './model-target.ts'
import { mantleTargets } from './mantle-targets.ts'
import { readAsked } from './read-asked.ts'

/**
 * Says an id of the runtime as a wire takes it: mantle has bare ids of its own, the runtime's Messages route takes profiles
 * alone (WIRE §1.3), InvokeModel and Converse take it as it is. Mantle has none that is certain to stay inside a residency.
 */
export function idForWire(
  modelId: string,
  wire: ClientWire,
  residency?: Residency,
): { readonly kind: 'ready'; readonly modelId: string } | ModelFault {
  if (wire === 'runtime-messages' && findCalledModel(modelId)?.scope === 'in-region') {
    const message = `The runtime's Messages route takes inference profiles alone, and ${modelId} is none: use wire 'invoke', or let the client choose a profile.`
    return modelFault('profile-only', message)
  }
  if (wire !== 'mantle') return { kind: 'ready', modelId }
  const read = readAsked(modelId)
  if (read.kind === 'refused') return read
  const found = mantleTargets(read, { region: '', residency, now: 0 })
  return found.kind === 'refused' ? found : { kind: 'ready', modelId: found.targets[0]?.modelId ?? modelId }
}

import { findModel, type ModelEntry } from '@outcrop/protocol'

/** A model id that asks for a fault, taken apart. */
export interface FaultId {
  /** The id that was meant, without what stood behind it. */
  readonly modelId: string
  /** The fault as the header spells it: `stall,after-3,ms-5000`. */
  readonly askedFault: string
  /** Who stands in where the id names no model of its own. */
  readonly standIn: ModelEntry | undefined
}

const mark = '.fault-'

/**
 * Takes a fault off a model id: `us.anthropic.claude-opus-4-6-v1.fault-stall.after-3.ms-5000`. It stands behind the id,
 * because clients look at its beginning for a Region and a vendor, and has none but characters that ids have, so that no
 * client encodes it. `undefined` for an id that asks for none.
 */
export function readFaultId(id: string): FaultId | undefined {
  const at = id.indexOf(mark)
  if (at <= 0) return undefined
  const modelId = id.slice(0, at)
  return {
    modelId,
    askedFault: id.slice(at + mark.length).replaceAll('.', ','),
    standIn: /(?:^|\.)outcrop$/.test(modelId) ? standIn : undefined,
  }
}

/** Takes every kind of thinking, and is served everywhere. */
const standIn = findModel('anthropic.claude-opus-4-6-v1')

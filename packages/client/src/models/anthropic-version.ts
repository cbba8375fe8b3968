import { type NamedModel, whatHappens, type Wire } from '@outcrop/protocol'

/** The version of Anthropic's API that a call names, in the wire's own spelling; Converse has none, and sends none. */
interface ChosenVersion {
  readonly version: string
  /** Why it is not what the body asked for. */
  readonly refused?: string | undefined
}

/** InvokeModel says it in the body, the Messages wires in a header (WIRE §5.1, §1.3). */
const bedrockVersion = 'bedrock-2023-05-31'
const headerVersion = '2023-06-01'

/**
 * Chooses the version for a model and a wire. A body that names a version is a choice, and holds where the model takes it;
 * a header is what an SDK sends by itself, and yields: 2026-10-21 is refused by models up to 4.6 on InvokeModel, and no
 * source shows Bedrock taking it elsewhere [?].
 */
export function chooseVersion(asked: {
  readonly model: NamedModel | undefined
  readonly wire: Wire
  readonly inBody: unknown
  readonly inHeader?: string | undefined
  /** Sends what the body names, whatever the model takes. */
  readonly isUnjudged?: boolean | undefined
}): ChosenVersion {
  const { model, wire, inBody, inHeader, isUnjudged = false } = asked
  if (wire === 'converse') return { version: bedrockVersion }
  const usual = wire === 'invoke' ? bedrockVersion : headerVersion
  const chosen = typeof inBody === 'string' ? inBody : inHeader?.startsWith('bedrock-') === true ? inHeader : undefined
  // One version with two names.
  if (chosen === undefined || chosen === bedrockVersion || chosen === headerVersion) return { version: usual }
  const isTaken =
    isUnjudged ||
    model === undefined ||
    whatHappens(`anthropic_version=${chosen}`, 'parameter', { model, wire, fidelity: 'aws' }).kind !== 'refuse'
  if (isTaken) return { version: chosen }
  return { version: usual, refused: `this model does not take ${chosen.slice(0, 40)} here` }
}

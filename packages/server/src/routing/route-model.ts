import {
  decodeModelIdLabel,
  type Fidelity,
  GatewayError,
  type ModelIdWire,
  resolveModel,
  type Resolution,
  texts,
} from '@outcrop/protocol'

/** A model that answers the call. */
export type RoutedModel = Extract<Resolution, { readonly kind: 'resolved' }>

/** A model id as it arrived, and whose it is. */
export interface RouteOptions {
  /** The path label as it arrived, percent-encoded or not. */
  readonly rawModelId: string
  /** The dialects print different patterns for an id that breaks the grammar. */
  readonly wire: ModelIdWire
  readonly region: string
  readonly account: string
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** Finds the model that an id means for this caller; throws Bedrock's refusal when there is none. */
export function routeModel({ rawModelId, ...caller }: RouteOptions): RoutedModel {
  const modelId = decodeModelIdLabel(rawModelId)
  if (modelId === undefined) throw new GatewayError('validation', texts.invalidModelId)
  const resolution = resolveModel({ modelId, ...caller })
  if (resolution.kind === 'refused') throw new GatewayError(resolution.code, resolution.message)
  return resolution
}

import {
  decodeModelIdLabel,
  type Fidelity,
  GatewayError,
  type ModelIdWire,
  resolveCountingModel,
  resolveModel,
  type Resolution,
  type ResolveInput,
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
export function routeModel(options: RouteOptions): RoutedModel {
  return route(options, resolveModel)
}

/** Finds the model whose tokens a caller wants counted; throws Bedrock's refusal when it counts for none. */
export function routeCountingModel(options: Omit<RouteOptions, 'wire'>): RoutedModel {
  return route(options, resolveCountingModel)
}

function route(
  { rawModelId, ...caller }: Omit<RouteOptions, 'wire'>,
  resolve: (input: ResolveInput) => Resolution,
): RoutedModel {
  const modelId = decodeModelIdLabel(rawModelId)
  if (modelId === undefined) throw new GatewayError('validation', texts.invalidModelId)
  const resolution = resolve({ modelId, ...caller })
  if (resolution.kind === 'refused') throw new GatewayError(resolution.code, resolution.message)
  return resolution
}

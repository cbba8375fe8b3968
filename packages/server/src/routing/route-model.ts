import {
  decodeModelIdLabel,
  type Fidelity,
  GatewayError,
  type MessagesSurface,
  type ModelIdWire,
  resolveCountingModel,
  type ResolvedModel,
  resolveModel,
  resolveSurfaceModel,
  type Resolution,
  type ResolveInput,
  texts,
} from '@outcrop/protocol'
import type { ApplicationProfileUse } from '../call.ts'
import { findApplicationProfile, useApplicationProfile } from '../state/application-profiles.ts'
import type { Reader } from '../storage/store.ts'
import { readFaultId } from './fault-id.ts'

/** A model that answers the call. */
export interface RoutedModel extends ResolvedModel {
  /** The application profile that was named, where one was. */
  readonly application?: ApplicationProfileUse | undefined
  /** The id that was resolved, decoded, without a fault behind it. */
  readonly modelId: string
  /** The fault that the id asked for. */
  readonly askedFault?: string
}

/** Whose id it is that arrived, and what may be asked by it. */
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
  /** What the account has: its application profiles, and their tags. */
  readonly store: Reader
  /** Whether an id may ask for a fault. */
  readonly takesFaults: boolean
}

/** Finds the model that an id means for this caller; throws Bedrock's refusal when there is none. */
export function routeModel({ rawModelId, ...caller }: RouteOptions): RoutedModel {
  return route({ modelId: decoded(rawModelId), ...caller }, resolveModel)
}

/** Finds the model whose tokens a caller wants counted; throws Bedrock's refusal when it counts for none. */
export function routeCountingModel({ rawModelId, ...caller }: Omit<RouteOptions, 'wire'>): RoutedModel {
  return route({ modelId: decoded(rawModelId), ...caller }, resolveCountingModel)
}

/** Finds the model that a Messages body names on a surface; throws that surface's refusal when there is none. */
export function routeSurfaceModel(
  surface: MessagesSurface,
  caller: Omit<RouteOptions, 'wire' | 'rawModelId'> & { readonly modelId: string },
): RoutedModel {
  return route(caller, (input) => resolveSurfaceModel(surface, input))
}

function decoded(rawModelId: string): string {
  const modelId = decodeModelIdLabel(rawModelId)
  if (modelId === undefined) throw new GatewayError('validation', texts.invalidModelId)
  return modelId
}

function route(
  { takesFaults, store, ...caller }: ResolveInput & Pick<RouteOptions, 'takesFaults' | 'store'>,
  resolve: (input: ResolveInput) => Resolution,
): RoutedModel {
  const input = { ...caller, application: (id: string) => findApplicationProfile(store, caller, id) }
  const find = (modelId: string): Omit<RoutedModel, 'askedFault'> => {
    const found = resolved(resolve({ ...input, modelId }))
    const arn = found.applicationArn
    return {
      ...found,
      modelId,
      ...(arn === undefined ? {} : { application: useApplicationProfile(store, caller, arn) }),
    }
  }
  const asked = takesFaults ? readFaultId(input.modelId) : undefined
  if (asked === undefined) return find(input.modelId)
  const { modelId, askedFault, standIn } = asked
  if (standIn === undefined) return { ...find(modelId), askedFault }
  return { kind: 'resolved', model: standIn, scope: 'in-region', warnings: [], modelId: standIn.modelId, askedFault }
}

function resolved(resolution: Resolution): ResolvedModel {
  if (resolution.kind === 'refused') throw new GatewayError(resolution.code, resolution.message)
  return resolution
}

import {
  decodeModelIdLabel,
  type Fidelity,
  GatewayError,
  getFoundationModel,
  getInferenceProfile,
  listFoundationModels,
  listInferenceProfiles,
  texts,
} from '@outcrop/protocol'
import { guardrailOperations } from './guardrails.ts'
import { toPage } from './page.ts'

/** The operation that a path asks for. */
export interface ControlRoute {
  readonly operation:
    | 'ListFoundationModels'
    | 'GetFoundationModel'
    | 'ListInferenceProfiles'
    | 'GetInferenceProfile'
    | keyof typeof guardrailOperations
  /** The path label as it arrived, percent-encoded or not; `''` for lists. */
  readonly rawIdentifier: string
  /** A second label of the path. */
  readonly rawVersion?: string
}

/** Who asks, and when: the control plane answers by Region and account. */
export interface ControlCaller {
  readonly region: string
  readonly account: string
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

interface ControlCall {
  readonly caller: ControlCaller
  readonly query: URLSearchParams
  readonly identifier: string
  readonly version: string | undefined
  readonly body: Uint8Array
}

const operations = {
  ListFoundationModels: ({ caller, query }) => ({
    modelSummaries: listFoundationModels({
      ...caller,
      byProvider: query.get('byProvider') ?? undefined,
      byCustomizationType: query.get('byCustomizationType') ?? undefined,
      byOutputModality: query.get('byOutputModality') ?? undefined,
      byInferenceType: query.get('byInferenceType') ?? undefined,
    }),
  }),
  GetFoundationModel: ({ caller, identifier }) => ({ modelDetails: getFoundationModel({ ...caller, identifier }) }),
  ListInferenceProfiles: ({ caller, query }) => {
    const summaries = listInferenceProfiles({ ...caller, type: query.get('type') ?? undefined })
    const { items, nextToken } = toPage(summaries, query)
    return { inferenceProfileSummaries: items, ...(nextToken === undefined ? {} : { nextToken }) }
  },
  GetInferenceProfile: ({ caller, identifier }) => getInferenceProfile({ ...caller, identifier }),
  ...guardrailOperations,
} as const satisfies Record<ControlRoute['operation'], (call: ControlCall) => object>

/** Answers an operation of the control plane (WIRE §7.1, §7.2); throws Bedrock's refusal of what makes no sense. */
export function answerControl(
  { operation, rawIdentifier, rawVersion }: ControlRoute,
  rawQuery: string,
  caller: ControlCaller,
  body: Uint8Array,
): object {
  const identifier = decodeModelIdLabel(rawIdentifier)
  if (identifier === undefined) throw new GatewayError('validation', texts.invalidModelId)
  const version = rawVersion === undefined ? undefined : decodeModelIdLabel(rawVersion)
  return operations[operation]({ caller, identifier, version, body, query: new URLSearchParams(rawQuery) })
}

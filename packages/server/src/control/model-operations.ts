import { getFoundationModel, listFoundationModels } from '@outcrop/protocol'
import type { Operation } from './control-call.ts'

/** The lists of models, which the catalogue alone answers (WIRE §7.1). */
export const modelOperations = {
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
} as const satisfies Readonly<Record<string, Operation>>

import { getFoundationModel, getInferenceProfile, listFoundationModels, listInferenceProfiles } from '@outcrop/protocol'
import type { Operation } from './control-call.ts'
import { toPage } from './page.ts'

/** The lists of models and system-defined inference profiles, which the catalogue alone answers (WIRE §7.1, §7.2). */
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
  ListInferenceProfiles: ({ caller, query }) => {
    const summaries = listInferenceProfiles({ ...caller, type: query.get('type') ?? undefined })
    const { items, nextToken } = toPage(summaries, query)
    return { inferenceProfileSummaries: items, ...(nextToken === undefined ? {} : { nextToken }) }
  },
  GetInferenceProfile: ({ caller, identifier }) => getInferenceProfile({ ...caller, identifier }),
} as const satisfies Readonly<Record<string, Operation>>

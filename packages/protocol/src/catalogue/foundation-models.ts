import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { foundationModelArn } from '../ids/arns.ts'
import { maxModelIdLength, parseModelId } from '../ids/model-id.ts'
import { partitionOf } from '../ids/partition.ts'
import { checkEnum, checkPattern, toPattern } from './filters.ts'
import { lifecycleState } from './lifecycle.ts'
import { geographicProfile, isServedInRegion, lookUpId, profileIn } from './lookups.ts'
import { models } from './models.ts'
import type { Fidelity, InferenceType, Modality, ModelEntry } from './types.ts'

/** A model as ListFoundationModels and GetFoundationModel answer it: keys in the order of the wire (WIRE §7.1). */
export interface FoundationModelSummary {
  readonly modelArn: string
  readonly modelId: string
  readonly modelName: string
  readonly providerName: string
  readonly inputModalities: readonly Modality[]
  readonly outputModalities: readonly Modality[]
  readonly responseStreamingSupported: boolean
  readonly customizationsSupported: readonly string[]
  readonly inferenceTypesSupported: readonly InferenceType[]
  readonly modelLifecycle: {
    readonly status: 'ACTIVE' | 'LEGACY'
    readonly startOfLifeTime?: string
    readonly legacyTime?: string
    readonly publicExtendedAccessTime?: string
    readonly endOfLifeTime?: string
  }
}

/** Who lists models, when, and the filters of the query as they came. */
export interface ListFoundationModelsInput {
  readonly region: string
  readonly fidelity: Fidelity
  readonly now: number
  readonly byProvider?: string | undefined
  readonly byCustomizationType?: string | undefined
  readonly byOutputModality?: string | undefined
  readonly byInferenceType?: string | undefined
}

/** Which model is asked for, by whom and when. */
export interface GetFoundationModelInput {
  /** A base id or a foundation-model ARN, already decoded. */
  readonly identifier: string
  readonly region: string
  readonly fidelity: Fidelity
  readonly now: number
}

const providerPattern = toPattern('[A-Za-z0-9- ]{1,63}')
// Every repetition in it is bounded, so it cannot run away on hostile input.
const identifierPattern = toPattern(
  '(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}::foundation-model/[a-z0-9-]{1,63}[.]{1}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2})|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2})',
)

/** Answers ListFoundationModels for a Region; throws coral's refusal of a filter that makes no sense. */
export function listFoundationModels(input: ListFoundationModelsInput): readonly FoundationModelSummary[] {
  const { byProvider, byCustomizationType, byOutputModality, byInferenceType } = input
  if (byProvider !== undefined) checkPattern('byProvider', byProvider, providerPattern)
  if (byCustomizationType !== undefined) {
    checkEnum('byCustomizationType', byCustomizationType, ['FINE_TUNING', 'CONTINUED_PRE_TRAINING', 'DISTILLATION'])
    return [] // No Claude model here can be customised.
  }
  const modality =
    byOutputModality === undefined
      ? undefined
      : checkEnum('byOutputModality', byOutputModality, ['TEXT', 'IMAGE', 'EMBEDDING'])
  const type =
    byInferenceType === undefined
      ? undefined
      : checkEnum('byInferenceType', byInferenceType, ['ON_DEMAND', 'PROVISIONED'])
  return models
    .filter(
      (model) =>
        isListed(model, input) &&
        // [?] Users type `anthropic`; whether AWS minds the case is not recorded.
        (byProvider === undefined || model.providerName.toLowerCase() === byProvider.toLowerCase()) &&
        (modality === undefined || model.outputModalities.includes(modality)) &&
        (type === undefined || model.inferenceTypes.includes(type)),
    )
    .map((model) => summarize(model, input))
}

/** Answers GetFoundationModel's `modelDetails`; throws Bedrock's refusal of an id that it does not know. */
export function getFoundationModel(input: GetFoundationModelInput): FoundationModelSummary {
  checkPattern('modelIdentifier', input.identifier, identifierPattern, maxModelIdLength)
  const parsed = parseModelId(input.identifier)
  const isArn = parsed?.kind === 'foundation-model'
  const isHere = !isArn || (parsed.partition === partitionOf(input.region) && parsed.region === input.region)
  const known = parsed !== undefined && (isArn || parsed.kind === 'name') ? lookUpId(parsed.id) : undefined
  // In guide fidelity old ids answer although no list names them, so their details can be read too.
  if (!isHere || known?.kind !== 'base' || (input.fidelity === 'aws' && !isListed(known.model, input))) {
    throw new GatewayError('validation', texts.invalidModelId) // [?] 404 is modelled too (WIRE §7.1)
  }
  return summarize(known.model, input)
}

/** Finds the model that a base id means, wherever it is served; in `aws` fidelity nothing once it has retired. */
export function findFoundationModel(
  modelId: string,
  { fidelity, now }: { readonly fidelity: Fidelity; readonly now: number },
): ModelEntry | undefined {
  const known = lookUpId(modelId)
  if (known?.kind !== 'base') return undefined
  return fidelity === 'aws' && lifecycleState(known.model, now) === 'EOL' ? undefined : known.model
}

/** Tells whether a Region's model list names a model at a moment. */
export function isListed(
  model: ModelEntry,
  { region, fidelity, now }: { readonly region: string; readonly fidelity: Fidelity; readonly now: number },
): boolean {
  // The guide's eleven are always there, with a LEGACY mark where they have retired since.
  if (fidelity === 'guide' && model.guide !== undefined) return true
  if (lifecycleState(model, now) === 'EOL') return false
  if (fidelity === 'aws') return model.regions.includes(region)
  return (
    profileIn(model, 'global', fidelity) !== undefined ||
    geographicProfile(model, region, fidelity) !== undefined ||
    isServedInRegion(model, region)
  )
}

function summarize(
  model: ModelEntry,
  { region, now }: { readonly region: string; readonly now: number },
): FoundationModelSummary {
  return {
    modelArn: foundationModelArn(region, model.modelId),
    modelId: model.modelId,
    modelName: model.modelName,
    providerName: model.providerName,
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    responseStreamingSupported: model.streaming,
    customizationsSupported: [],
    inferenceTypesSupported: model.inferenceTypes,
    modelLifecycle: lifecycleOf(model, now),
  }
}

function lifecycleOf(model: ModelEntry, now: number): FoundationModelSummary['modelLifecycle'] {
  const { startOfLifeTime, legacyTime, publicExtendedAccessTime, endOfLifeTime } = model.lifecycle
  const start = startOfLifeTime === undefined ? {} : { startOfLifeTime: timestamp(startOfLifeTime) }
  if (lifecycleState(model, now) === 'ACTIVE' && model.guide?.deprecated !== true) return { status: 'ACTIVE', ...start }
  return {
    status: 'LEGACY',
    ...start,
    ...(legacyTime === undefined ? {} : { legacyTime: timestamp(legacyTime) }),
    ...(publicExtendedAccessTime === undefined
      ? {}
      : { publicExtendedAccessTime: timestamp(publicExtendedAccessTime) }),
    ...(endOfLifeTime === undefined ? {} : { endOfLifeTime: timestamp(endOfLifeTime) }),
  }
}

/** Documentation gives days; the wire carries moments. */
function timestamp(moment: string): string {
  return moment.includes('T') ? moment : `${moment}T00:00:00Z`
}

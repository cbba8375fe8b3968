import type { FailureCode } from '../failures/failures.ts'
import { texts } from '../failures/texts.ts'
import { inferenceProfileArn } from '../ids/arns.ts'
import { type ModelArn, type ModelArnKind, parseModelId } from '../ids/model-id.ts'
import { modelIdViolations, type ModelIdWire } from '../ids/model-id-violations.ts'
import { partitionOf } from '../ids/partition.ts'
import { lifecycleState, lifecycleWarning } from './lifecycle.ts'
import { geographicProfile, isServedInRegion, type KnownId, lookUpId, profileIn } from './lookups.ts'
import type { Fidelity, InferenceProfile, ModelEntry, ProfileScope, Scope } from './types.ts'

/** A `modelId` and all that decides what it means: who calls, from where, and when. */
export interface ResolveInput {
  /** The `modelId` of the path, already decoded. */
  readonly modelId: string
  readonly region: string
  readonly account: string
  readonly fidelity: Fidelity
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
  /** Looks up an application profile of the account and Region by its twelve characters; without it there are none. */
  readonly application?: ((id: string) => CopiedProfile | undefined) | undefined
  /** Whose pattern a malformed id is told of; `invoke` unless told otherwise. */
  readonly wire?: ModelIdWire
}

/** An application profile, as far as it matters for what it means. */
export interface CopiedProfile {
  readonly arn: string
  /** The ARN of the foundation model or system-defined profile that it was made of. */
  readonly copyFrom: string
}

/** The model that answers, and through which scope. */
export interface ResolvedModel {
  readonly kind: 'resolved'
  readonly model: ModelEntry
  readonly scope: Scope
  /** The profile that serves the call; absent in-Region. */
  readonly profileId?: string
  readonly profileArn?: string
  /** The application profile that was named, where one was. */
  readonly applicationArn?: string
  /** What the caller should hear although the call is answered, in ASCII. */
  readonly warnings: readonly string[]
}

/** Bedrock's refusal of a `modelId`: a row of the table of failures, and its text. */
export interface RefusedModel {
  readonly kind: 'refused'
  readonly code: FailureCode
  readonly message: string
}

/** What a `modelId` means: a model, or a refusal that the caller is told. */
export type Resolution = ResolvedModel | RefusedModel

const invalid: RefusedModel = { kind: 'refused', code: 'validation', message: texts.invalidModelId }
const unresolved: RefusedModel = { kind: 'refused', code: 'notFound', message: texts.unresolvedModel }
const none: readonly string[] = []

/** Finds what a `modelId` means for a caller, or the refusal that Bedrock answers it with. */
export function resolveModel(input: ResolveInput): Resolution {
  const known = lookUpId(input.modelId)
  if (known !== undefined) return resolveKnown(known, input)
  const parsed = parseModelId(input.modelId)
  if (parsed === undefined) {
    const message = texts.constraintViolations(modelIdViolations(input.modelId, input.wire))
    return { kind: 'refused', code: 'validation', message }
  }
  // A name that is no id of the catalogue, an alias included: Bedrock knows none of ours.
  return parsed.kind === 'name' ? invalid : resolveArn[parsed.kind](parsed, input)
}

/** What each kind of ARN resolves to: nothing but models and profiles exists here. */
const resolveArn: Readonly<Record<ModelArnKind, (arn: ModelArn, input: ResolveInput) => Resolution>> = {
  'foundation-model': (arn, input) => {
    const known = lookUpId(arn.id)
    const isHere = isPartitionOf(arn, input) && (arn.region === '' || arn.region === input.region)
    return isHere && known !== undefined && known.kind !== 'profile' ? resolveKnown(known, input) : invalid
  },
  // [?] No recording shows a profile ARN of another Region or account.
  'inference-profile': (arn, input) => {
    const known = lookUpId(arn.id)
    const isHere = isPartitionOf(arn, input) && arn.region === input.region && arn.account === input.account
    return isHere && known?.kind === 'profile' ? resolveKnown(known, input) : invalid
  },
  // [?] The refusals from here on are not recorded: a profile of another account is refused as one that there is not.
  'application-inference-profile': (arn, input) => {
    const isHere = isPartitionOf(arn, input) && arn.region === input.region && arn.account === input.account
    const profile = isHere ? input.application?.(arn.id) : undefined
    return profile === undefined ? invalid : resolveCopy(profile, input)
  },
  'provisioned-model': () => unresolved,
  'custom-model': () => unresolved,
  'custom-model-deployment': () => unresolved,
  'imported-model': () => unresolved,
  prompt: () => unresolved,
  'prompt-router': () => unresolved,
  'default-prompt-router': () => unresolved,
  'sagemaker-endpoint': () => unresolved,
}

/** What an application profile was made of, as this caller would call it now: a copied model may have retired. */
function resolveCopy({ arn, copyFrom }: CopiedProfile, input: ResolveInput): Resolution {
  const copied = parseModelId(copyFrom)
  const known = copied?.kind === 'foundation-model' ? lookUpId(copied.id) : undefined
  // It stands for the one model in this Region, where a base id would find the nearest profile.
  const staysHere = input.fidelity === 'guide' && known?.kind === 'base' && isServedInRegion(known.model, input.region)
  const resolution = staysHere
    ? inRegion(known.model, input)
    : resolveModel({ ...input, modelId: copyFrom, application: undefined })
  return resolution.kind === 'refused' ? resolution : { ...resolution, applicationArn: arn }
}

function isPartitionOf(arn: ModelArn, input: ResolveInput): boolean {
  return arn.partition === partitionOf(input.region)
}

function resolveKnown(known: KnownId, input: ResolveInput): Resolution {
  if (known.kind === 'profile') return resolveProfile[input.fidelity](known.model, known.scope, input)
  if (known.kind === 'base') return resolveBase[input.fidelity](known.model, input)
  return { kind: 'refused', code: 'validation', message: texts.onDemandUnsupported(input.modelId) }
}

type ByFidelity<Rule> = Readonly<Record<Fidelity, Rule>>

const resolveProfile: ByFidelity<(model: ModelEntry, scope: ProfileScope, input: ResolveInput) => Resolution> = {
  // The guide enforces no source Regions: a profile answers wherever it is called.
  guide: (model, scope, input) => {
    const profile = profileIn(model, scope, 'guide')
    return profile === undefined ? invalid : through(profile, model, input)
  },
  aws: (model, scope, input) => {
    // [?] WIRE §9.2: the text for a Region that the profile cannot be called from.
    if (model.profiles[scope]?.destinationRegions.has(input.region) !== true) return invalid
    // Before the measured profiles: those of a retired model are listed no more, and calls still hear of its end.
    const ended = endOfLife(model, input)
    if (ended !== undefined) return ended
    const profile = profileIn(model, scope, 'aws')
    return profile === undefined ? invalid : through(profile, model, input)
  },
}

const resolveBase: ByFidelity<(model: ModelEntry, input: ResolveInput) => Resolution> = {
  guide: (model, input) => {
    const local = geographicProfile(model, input.region, 'guide')
    if (local !== undefined) return through(local, model, input)
    if (isServedInRegion(model, input.region)) return inRegion(model, input)
    const global = profileIn(model, 'global', 'guide')
    if (global !== undefined) return through(global, model, input)
    // The guide's own table says No. A model outside it answers all the same, so that old code keeps running.
    if (model.guide !== undefined) return onDemandUnsupported(model)
    return inRegion(model, input, `no recorded scope of ${model.modelId} covers ${input.region}; answered in-Region`)
  },
  aws: (model, input) => {
    const ended = endOfLife(model, input)
    if (ended !== undefined) return ended
    if (!model.inferenceTypes.includes('ON_DEMAND')) return onDemandUnsupported(model)
    return isServedInRegion(model, input.region) ? inRegion(model, input) : invalid
  },
}

function through(profile: InferenceProfile, model: ModelEntry, input: ResolveInput): ResolvedModel {
  return {
    kind: 'resolved',
    model,
    scope: profile.scope,
    profileId: profile.profileId,
    profileArn: inferenceProfileArn(input.region, input.account, profile.profileId),
    warnings: warningsOf(model, input),
  }
}

function inRegion(model: ModelEntry, input: ResolveInput, note?: string): ResolvedModel {
  const warnings = warningsOf(model, input)
  return { kind: 'resolved', model, scope: 'in-region', warnings: note === undefined ? warnings : [...warnings, note] }
}

/** Bedrock warns of nothing, so neither does `aws` fidelity. */
function warningsOf(model: ModelEntry, input: ResolveInput): readonly string[] {
  if (input.fidelity === 'aws') return none
  const warning = lifecycleWarning(model, input.now)
  return warning === undefined ? none : [warning]
}

function endOfLife(model: ModelEntry, input: ResolveInput): RefusedModel | undefined {
  if (lifecycleState(model, input.now) !== 'EOL') return undefined
  return { kind: 'refused', code: 'notFound', message: texts.endOfLife }
}

function onDemandUnsupported(model: ModelEntry): RefusedModel {
  return { kind: 'refused', code: 'validation', message: texts.onDemandUnsupported(model.modelId) }
}

import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { foundationModelArn, inferenceProfileArn } from '../ids/arns.ts'
import { maxModelIdLength, parseModelId } from '../ids/model-id.ts'
import { partitionOf } from '../ids/partition.ts'
import { checkEnum, checkPattern, toPattern } from './filters.ts'
import { isListed } from './foundation-models.ts'
import { lookUpId, profileIn } from './lookups.ts'
import { models } from './models.ts'
import { geographiesOf } from './regions.ts'
import type { Fidelity, InferenceProfile, ModelEntry, ProfileScope } from './types.ts'

/** A profile as ListInferenceProfiles answers it: keys in the order of the wire (WIRE §7.2). */
export interface InferenceProfileSummary {
  readonly inferenceProfileName: string
  readonly description?: string
  readonly createdAt?: string
  readonly updatedAt?: string
  readonly inferenceProfileArn: string
  readonly models: ReadonlyArray<{ readonly modelArn: string }>
  readonly inferenceProfileId: string
  readonly status: 'ACTIVE'
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION'
}

/** GetInferenceProfile's answer, which carries one key more. */
export interface InferenceProfileDetails extends InferenceProfileSummary {
  readonly toolboxArn: null
}

/** Who lists profiles, when, and which type of them. */
export interface ListInferenceProfilesInput {
  readonly region: string
  readonly account: string
  readonly fidelity: Fidelity
  readonly now: number
  /** The query's `type`. */
  readonly type?: string | undefined
}

/** Which profile is asked for, by whom and when. */
export interface GetInferenceProfileInput {
  /** A profile id or ARN, already decoded. */
  readonly identifier: string
  readonly region: string
  readonly account: string
  readonly fidelity: Fidelity
  readonly now: number
}

const identifierPattern = toPattern(
  '(arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):(inference-profile|application-inference-profile)/)?[a-zA-Z0-9-:.]+',
)

/** Answers ListInferenceProfiles for a Region with those of the system: application profiles are no part of the catalogue. */
export function listInferenceProfiles(input: ListInferenceProfilesInput): readonly InferenceProfileSummary[] {
  if (input.type !== undefined) {
    // The query says `type`, the service model's member is `typeEquals`.
    const type = checkEnum('typeEquals', input.type, ['SYSTEM_DEFINED', 'APPLICATION'])
    if (type === 'APPLICATION') return []
  }
  return models
    .filter((model) => isListed(model, input))
    .flatMap((model) => profilesAt(model, input).map((profile) => summarize(profile, model, input)))
}

/** Answers GetInferenceProfile; throws a 404 for a profile that the Region does not have. */
export function getInferenceProfile(input: GetInferenceProfileInput): InferenceProfileDetails {
  checkProfileIdentifier(input.identifier)
  const id = profileIdOf(input)
  const known = id === undefined ? undefined : lookUpId(id)
  const profile = known?.kind === 'profile' ? profileIn(known.model, known.scope, input.fidelity) : undefined
  if (known?.kind !== 'profile' || profile === undefined || !isThere(profile, known.model, input)) {
    throw new GatewayError('notFound', texts.profileNotFound)
  }
  return { ...summarize(profile, known.model, input), toolboxArn: null }
}

/** Throws coral's refusal of what can name no inference profile: the same for each operation that takes one. */
export function checkProfileIdentifier(identifier: string): void {
  checkPattern('inferenceProfileIdentifier', identifier, identifierPattern, maxModelIdLength)
}

/** In guide fidelity a profile that can be called from anywhere can be looked at from anywhere. */
function isThere(profile: InferenceProfile, model: ModelEntry, input: GetInferenceProfileInput): boolean {
  return input.fidelity === 'guide' || (isListed(model, input) && profile.destinationRegions.has(input.region))
}

function profileIdOf({ identifier, region, account }: GetInferenceProfileInput): string | undefined {
  const parsed = parseModelId(identifier)
  if (parsed === undefined || parsed.kind === 'name') return parsed?.id
  if (parsed.kind !== 'inference-profile') return undefined
  const isOurs = parsed.partition === partitionOf(region) && parsed.region === region && parsed.account === account
  return isOurs ? parsed.id : undefined
}

function profilesAt(model: ModelEntry, { region, fidelity }: ListInferenceProfilesInput): readonly InferenceProfile[] {
  if (fidelity === 'aws') {
    return Object.values(model.profiles).filter(
      (profile) => profile.evidence !== 'guide' && profile.destinationRegions.has(region),
    )
  }
  const scopes: readonly ProfileScope[] = ['global', ...geographiesOf(region)]
  return scopes.map((scope) => profileIn(model, scope, fidelity)).filter((profile) => profile !== undefined)
}

function summarize(
  profile: InferenceProfile,
  model: ModelEntry,
  { region, account }: { readonly region: string; readonly account: string },
): InferenceProfileSummary {
  const destinations = destinationsFrom(profile, region)
  // [?] Creation times are not recorded: the day the model started stands in for both.
  const created = model.lifecycle.startOfLifeTime?.slice(0, 'yyyy-mm-dd'.length)
  return {
    inferenceProfileName: profile.name,
    description: describe(profile, model, destinations),
    ...(created === undefined ? {} : { createdAt: `${created}T00:00:00Z`, updatedAt: `${created}T00:00:00Z` }),
    inferenceProfileArn: inferenceProfileArn(region, account, profile.profileId),
    models: destinations.map((destination) => ({ modelArn: foundationModelArn(destination, profile.modelId) })),
    inferenceProfileId: profile.profileId,
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
  }
}

/** Where a call goes: by the caller's own route, else (guide fidelity alone gets here) by the profile's first. */
function destinationsFrom(profile: InferenceProfile, region: string): readonly string[] {
  const own = profile.destinationRegions.get(region)
  if (own !== undefined) return own
  if (profile.scope === 'global') return ['', region]
  return profile.destinationRegions.values().next().value ?? []
}

/** [?] AWS words these differently from model to model (WIRE §7.2); these two wordings are the usual ones. */
function describe(profile: InferenceProfile, model: ModelEntry, destinations: readonly string[]): string {
  const routes = `Routes requests to ${model.providerName} ${model.modelName}`
  if (profile.scope === 'global') return `${routes} globally across all supported AWS Regions.`
  const last = destinations.at(-1) ?? ''
  const others = destinations.slice(0, -1)
  return `${routes} in ${others.length === 0 ? last : `${others.join(', ')} and ${last}`}.`
}

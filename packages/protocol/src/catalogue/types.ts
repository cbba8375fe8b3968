/**
 * What the catalogue holds about each Claude model on Bedrock, and which of two truths decides a question: the guide's
 * table or the measured data (MISSION.md, WIRE §9).
 */

/** Which truth decides: the guide's table for its eleven models and five scopes, or the measured data alone. */
export type Fidelity = 'guide' | 'aws'

/** A group of Regions that a geographic inference profile keeps a call inside, spelled as its prefix. */
export type Geography = 'us' | 'eu' | 'jp' | 'au' | 'apac' | 'in' | 'us-gov'

/** The prefix of an inference profile. */
export type ProfileScope = 'global' | Geography

/** Where a call may be answered: inside the called Region, inside a geography, or anywhere. */
export type Scope = 'in-region' | ProfileScope

/** The scopes that the guide's table knows. */
export type GuideScope = 'global' | 'us' | 'eu' | 'jp' | 'apac'

/** What a model reads or writes, in the service model's words. */
export type Modality = 'TEXT' | 'IMAGE' | 'EMBEDDING'

/** `INFERENCE_PROFILE` is not in the service model's enum, but real answers carry it (WIRE §7.1). */
export type InferenceType = 'ON_DEMAND' | 'PROVISIONED' | 'INFERENCE_PROFILE'

/** What a clock makes of a lifecycle. */
export type LifecycleState = 'ACTIVE' | 'LEGACY' | 'EOL'

/** A key of the catalogue's table of sources. */
export type SourceId = string

/** Dates are as precise as their source: `2026-10-07` or `2026-05-28T10:00:00Z`. Absent means that no source names one. */
export interface Lifecycle {
  /** The status that the API answered or the documentation names; `null` when neither does. */
  readonly status: LifecycleState | null
  readonly startOfLifeTime?: string
  readonly legacyTime?: string
  readonly publicExtendedAccessTime?: string
  readonly endOfLifeTime?: string
  /** What users saw where no date is published. */
  readonly reported?: { readonly status: LifecycleState; readonly on: string; readonly source: SourceId }
}

/** How sure we are of a profile: seen in a real answer, named by documentation, or by the guide's table alone. */
export type ProfileEvidence = 'measured' | 'documented' | 'guide'

/** A system-defined inference profile: one model, callable from some Regions and answered in others. */
export interface InferenceProfile {
  readonly profileId: string
  readonly scope: ProfileScope
  /** The base id of the model that it routes to. */
  readonly modelId: string
  readonly name: string
  readonly evidence: ProfileEvidence
  readonly source: SourceId
  /** The Regions that it may be called from, in alphabetical order. */
  readonly sourceRegions: readonly string[]
  /** Destinations by source Region, in the API's order; the empty string is the Region-less ARN of a global profile. */
  readonly destinationRegions: ReadonlyMap<string, readonly string[]>
}

/** One price in US dollars per million tokens, as an exact decimal. */
export interface Price {
  readonly usd: string
  readonly source: SourceId
}

/** What a price row counts; a figure that no source gives is absent, never zero. */
export type PriceItem =
  'input' | 'output' | 'cacheWrite5m' | 'cacheWrite1h' | 'cacheRead' | 'batchInput' | 'batchOutput'

/** The prices of one scope, and where the source makes a difference of it, of long requests. */
export interface PriceRow extends Readonly<Partial<Record<PriceItem, Price>>> {
  /** `global` profiles, `regional` (geographic profiles and in-Region), or `all` where one price holds for both. */
  readonly scope: 'global' | 'regional' | 'all'
  /** The row holds for requests with more input tokens than this. */
  readonly aboveInputTokens?: number
}

/** What the catalogue holds about one model, but for prices and notes; what no source says is null or absent. */
export interface ModelEntry {
  /** The base id: `anthropic.claude-opus-4-6-v1`. */
  readonly modelId: string
  /** As the API answers it: `Claude Opus 4.6`. */
  readonly modelName: string
  readonly providerName: string
  /** What answers carry in `model`: `claude-haiku-4-5-20251001` (WIRE §5.2). */
  readonly anthropicName: string
  /** Short names that people type; never accepted as a `modelId` on the wire. */
  readonly aliases: readonly string[]
  readonly family: 'haiku' | 'sonnet' | 'opus' | 'fable' | 'mythos'
  readonly inputModalities: readonly Modality[]
  readonly outputModalities: readonly Modality[]
  readonly streaming: boolean
  readonly inferenceTypes: readonly InferenceType[]
  readonly lifecycle: Lifecycle
  readonly contextWindow: number | null
  readonly maxOutputTokens: number | null
  readonly minCacheableTokens: number | null
  /** A beta of `anthropic_beta` that lifts the context window (M11). */
  readonly contextBeta?: { readonly beta: string; readonly contextWindow: number; readonly source: SourceId }
  /** Suffixes of variants that only provisioned throughput serves, such as `200k` (WIRE §9.1). */
  readonly contextVariants: readonly string[]
  /** The Regions whose model list names it: measured where known, else where its profiles start. */
  readonly regions: readonly string[]
  /** Every profile that any truth knows; `profileIn` says which one counts in which fidelity. */
  readonly profiles: Readonly<Partial<Record<ProfileScope, InferenceProfile>>>
  /** Where each group of figures comes from. */
  readonly sources: {
    readonly modalities: SourceId
    readonly inferenceTypes: SourceId
    readonly limits: SourceId
    readonly cache: SourceId
    readonly lifecycle: SourceId
    readonly regions: SourceId
  }
  /** The guide's row; absent for models that the guide does not know. */
  readonly guide?: { readonly deprecated: boolean; readonly scopes: Readonly<Record<GuideScope, boolean>> }
}

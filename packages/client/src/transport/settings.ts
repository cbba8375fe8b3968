import type { Authorizer } from '../credentials/create-authorizer.ts'
import type { BedrockOptions, CallReport } from '../options.ts'
import type { LiveRegion } from '../models/live-profiles.ts'
import type { TimedFetch } from '../reliability/timed-fetch.ts'
import type { AutoWires } from './auto-wires.ts'
import type { Endpoints } from './http-request.ts'
import type { CallPlan } from './call-plan.ts'
import type { PlanMemory } from './plan-memory.ts'
import type { Refusal } from './prepare.ts'

/** How calls are made: the options of a client, once they have been read. */
export interface Settings {
  readonly options: BedrockOptions
  readonly authorizer: Authorizer
  /** Keeps the limits on waiting. */
  readonly fetch: TimedFetch
  /** The Region to call first; an ARN may name another. */
  readonly regionFor: (model: string) => Promise<string>
  readonly endpointsFor: (region: string) => Endpoints
  /**
   * What the account really has in Regions, where `models: 'live'` asks for it, and for the ARN of an application profile what
   * that stands for; absent for the catalogue.
   */
  readonly liveRegions: (
    regions: readonly string[],
    model: string,
  ) => Promise<ReadonlyMap<string, LiveRegion> | undefined>
  /** Wire `auto`; loaded when it is first asked for. */
  readonly autoWires: () => Promise<AutoWires>
  /** Where calls of a model go, as far as that was found out. */
  readonly plans: PlanMemory<CallPlan | Refusal>
  /** Tells of a thing once. */
  readonly warn: (warning: string) => void
  readonly report: (report: CallReport) => void
  readonly maxRetries: number
  readonly now: () => number
  readonly random: () => number
}

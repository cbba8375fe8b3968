import { idForWire } from '../models/id-for-wire.ts'
import type { ModelFault, ModelTarget, TargetContext } from '../models/model-target.ts'
import { resolveTargets } from '../models/resolve-targets.ts'
import type { ClientWire, ScopePreference } from '../options.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import type { CallPlace, CallPlan } from './call-plan.ts'
import type { Refusal } from './prepare.ts'
import type { Settings } from './settings.ts'

/** What a plan is made of. */
export type PlanSettings = Pick<
  Settings,
  'options' | 'now' | 'regionFor' | 'endpointsFor' | 'liveRegions' | 'autoWires' | 'plans'
>

/** Plans where a call goes: by its model, the scopes and Regions that are wanted, and the wire. */
export async function planCall(call: AnthropicCall, settings: PlanSettings): Promise<CallPlan | Refusal> {
  const { options, plans } = settings
  if (call.model === '') return { status: 400, message: 'model: Field required' }
  const context = await readPlace(call, settings)
  const wire = call.bedrock.wire ?? options.wire ?? 'invoke'
  // What `auto` chooses depends on the request, and a live list changes.
  if (wire === 'auto' || context.live !== undefined) return makePlan(call, context, wire, settings)
  const name = [call.model, wire, context.region, ...(call.bedrock.scope ?? [])].join(' ')
  const known = plans.get(name, context.now)
  if (known !== undefined) return known
  const plan = await makePlan(call, context, wire, settings)
  plans.keep(name, context.now, plan)
  return plan
}

async function makePlan(
  call: AnthropicCall,
  context: TargetContext,
  wire: ClientWire | 'auto',
  settings: PlanSettings,
): Promise<CallPlan | Refusal> {
  const { options } = settings
  const resolved = resolveTargets(call.model, { ...context, ...(wire !== 'auto' && { wire }) })
  if (resolved.kind === 'refused') return toRefusal(resolved, context.region)
  const auto = wire === 'auto' ? await settings.autoWires() : undefined
  const places: CallPlace[] = []
  for (const [target, after] of orderTargets(resolved.targets, readFailover(options.failover ?? []))) {
    const choices = auto?.choose(call, resolved, target) ?? [
      { wire: wire === 'auto' ? 'invoke' : wire, because: 'asked' },
    ]
    for (const choice of choices) {
      const id = idForWire(target.modelId, choice.wire, options.residency)
      // Another wire may take the id that this one does not.
      if (id.kind === 'refused') {
        if (choices.length === 1) return toRefusal(id, target.region)
        continue
      }
      const { model, anthropicName } = resolved
      const place = { ...target, modelId: id.modelId, wire: choice.wire }
      const endpoints = settings.endpointsFor(target.region)
      places.push({ target: place, endpoints, model, anthropicName, choice, choices, after })
    }
  }
  return { places, warnings: resolved.warnings, auto, isChosen: resolved.targets[0]?.modelId !== call.model }
}

/** Where a call's model is looked for. */
export async function readPlace(call: AnthropicCall, settings: PlanSettings): Promise<TargetContext> {
  const { options, now } = settings
  const region = await settings.regionFor(call.model)
  const { regions } = readFailover(options.failover ?? [])
  return {
    region,
    failover: regions,
    scope: call.bedrock.scope ?? options.scope,
    residency: options.residency,
    live: await settings.liveRegions([region, ...regions], call.model),
    now: now(),
  }
}

interface Failover {
  readonly regions: readonly string[]
  readonly scopes: ReadonlySet<string>
}

const preferences: ReadonlySet<string> = new Set<ScopePreference>(['global', 'geo', 'in-region'])

function readFailover(entries: readonly string[]): Failover {
  const regions = entries.filter((entry) => !preferences.has(entry))
  return { regions, scopes: new Set(entries.filter((entry) => preferences.has(entry))) }
}

type OrderedTarget = readonly [target: ModelTarget, after: CallPlace['after']]

/** The scopes of the first Region, for a model that is not there, then those that were listed to fail over to. */
function orderTargets(targets: readonly ModelTarget[], { regions, scopes }: Failover): readonly OrderedTarget[] {
  const here = targets.filter(({ region }) => region === targets[0]?.region)
  return [
    ...here.map((target) => [target, scopes.has(preferenceOf(target)) ? 'busy' : 'not-here'] as const),
    ...regions.flatMap((region) =>
      targets
        .filter((target) => target.region === region && region !== targets[0]?.region)
        .map((target) => [target, 'busy'] as const),
    ),
  ]
}

function preferenceOf({ scope }: ModelTarget): ScopePreference {
  return scope === 'global' ? 'global' : scope === 'in-region' ? 'in-region' : 'geo'
}

/** Why a model is called nowhere, as an answer. */
export function toRefusal({ because, message }: ModelFault, region: string): Refusal {
  return { status: because === 'unknown' ? 404 : 400, message, region }
}

import type { AnthropicCall } from './anthropic-call.ts'
import { attempt, type Outcome } from './attempt.ts'
import { refuse } from './call-error.ts'
import { pause } from './pause.ts'
import type { CallPlace, CallPlan } from './call-plan.ts'
import type { Prepared, prepareAt } from './prepare.ts'
import type { Missed, Run } from './run.ts'
import type { Settings } from './settings.ts'
import { toResponse } from './to-response.ts'

/** What a call is made with. */
export interface Means {
  readonly plan: CallPlan
  readonly prepareAt: typeof prepareAt
  readonly settings: Settings
  readonly init: RequestInit
}

/** Asks for a message and answers as Anthropic would, after whatever repeats and changes of place the settings allow. */
export async function sendMessages(call: AnthropicCall, means: Means): Promise<Response> {
  const { plan, prepareAt, settings, init } = means
  const run: Run = { place: 0, repeats: 0, isRefreshed: false, startedAt: settings.now() }
  for (;;) {
    const place = plan.places[run.place]
    if (place === undefined) throw new RangeError(`The plan of a call has no place ${run.place}`)
    const prepared = await prepareAt(call, { ...place, policy: settings.options.capabilities })
    if ('status' in prepared) return refuse(prepared.status, prepared.message, place.target.region)
    for (const warning of [...plan.warnings, ...prepared.warnings]) settings.warn(warning)
    const tried = await tryOnce(call, prepared, place, run, settings, init)
    if (tried.kind === 'message' || tried.kind === 'events') {
      return toResponse(tried, prepared, { 'x-outcrop-wire-because': place.choice.because })
    }
    const { goOn, giveUp } = await import('./after-failure.ts')
    const afterMs = await goOn(tried, run, call, plan, settings)
    if (afterMs === undefined || isPastTotal(afterMs, run, settings)) return giveUp(tried, call, settings)
    if (afterMs > 0) await pause(afterMs, init.signal)
  }
}

/** A wait beyond the limit on all attempts is waited in vain: the caller is told now. */
function isPastTotal(afterMs: number, { startedAt }: Run, { options, now }: Settings): boolean {
  const total = options.timeouts?.total ?? 0
  return afterMs > 0 && total > 0 && now() - startedAt + afterMs >= total
}

async function tryOnce(
  call: AnthropicCall,
  prepared: Prepared,
  place: CallPlace,
  run: Run,
  settings: Settings,
  init: RequestInit,
): Promise<Exclude<Outcome, Missed> | Missed> {
  const startedAt = settings.now()
  const tell = (status: number | undefined, requestId: string | undefined): void =>
    settings.report({
      wire: place.target.wire,
      because: place.choice.because,
      region: place.target.region,
      modelId: place.target.modelId,
      attempt: run.repeats,
      status,
      requestId,
      headersMs: settings.now() - startedAt,
      warnings: prepared.warnings,
    })
  try {
    const outcome = await attempt(prepared, settings, init, startedAt - run.startedAt)
    if (outcome.kind === 'failed') tell(outcome.failure.status, outcome.failure.requestId)
    else tell(200, outcome.answer.requestId)
    return outcome
  } catch (error) {
    tell(undefined, undefined)
    const { sortThrown } = await import('../reliability/thrown.ts')
    const thrown = sortThrown(error, { region: place.target.region, url: prepared.request.url })
    if (thrown.kind === 'connection') return { kind: 'unreachable', error: thrown.error }
    throw thrown.error
  }
}

import type { CallPlan } from './plan-call.ts'
import type { Refusal } from './prepare.ts'

type Made = CallPlan | Refusal

/** How long a plan is good for: models retire by the day, not by the call. */
const holdsMs = 60_000
const mostPlans = 100

/** Remembers where calls of a model go, so that the same question is not answered for each of them. */
export interface PlanMemory {
  get(name: string, now: number): Made | undefined
  keep(name: string, now: number, plan: Made): void
}

/** Creates the memory of one client; it forgets all when it is full. */
export function createPlanMemory(): PlanMemory {
  const plans = new Map<string, { readonly plan: Made; readonly madeAt: number }>()
  return {
    get(name, now) {
      const known = plans.get(name)
      return known !== undefined && Math.abs(now - known.madeAt) < holdsMs ? known.plan : undefined
    },
    keep(name, now, plan) {
      if (plans.size >= mostPlans) plans.clear()
      plans.set(name, { plan, madeAt: now })
    },
  }
}

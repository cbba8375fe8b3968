/** How long a plan is good for: models retire by the day, not by the call. */
const holdsMs = 60_000
const mostPlans = 100

/** Remembers where calls of a model go, so that the same question is not answered for each of them. */
export interface PlanMemory<Plan> {
  get(name: string, now: number): Plan | undefined
  keep(name: string, now: number, plan: Plan): void
}

/** Creates the memory of one client; it forgets all when it is full. */
export function createPlanMemory<Plan>(): PlanMemory<Plan> {
  const plans = new Map<string, { readonly plan: Plan; readonly madeAt: number }>()
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

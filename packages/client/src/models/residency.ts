import { geographiesOf, type Scope } from '@outcrop/protocol'
import type { Residency } from '../options.ts'

/** Where an id may have a call answered. */
export interface Reach {
  readonly scope?: Scope | undefined
  /** Destination Regions; the empty string is anywhere, `undefined` is not known. */
  readonly destinations?: readonly string[] | undefined
}

/** Tells whether a Region is inside a residency. */
export function isInside(residency: Residency, region: string): boolean {
  if (typeof residency !== 'string') return residency.includes(region)
  return geographiesOf(region).some((geography) => geography === residency)
}

/**
 * Tells whether a call that enters at a Region is certain to stay inside a residency: what may leave it, or is not known to
 * stay, does not (M13). A profile stays in its own geography by what its prefix means.
 */
export function staysInside(residency: Residency | undefined, region: string, { scope, destinations }: Reach): boolean {
  if (residency === undefined) return true
  if (!isInside(residency, region) || scope === 'global') return false
  if (scope === 'in-region' || scope === residency) return true
  return (
    destinations !== undefined &&
    destinations.length > 0 &&
    destinations.every((destination) => isInside(residency, destination))
  )
}

/** Names a residency: `eu`, or its Regions. */
export function nameResidency(residency: Residency): string {
  return typeof residency === 'string' ? residency : residency.join(', ')
}

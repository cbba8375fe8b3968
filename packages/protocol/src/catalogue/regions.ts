import type { Geography } from './types.ts'

/**
 * Every Region that models, routes or endpoints name (WIRE §1.1, §9.2), with the geographies whose profiles cover it,
 * the narrowest first. None: only `global.` and in-Region calls reach it.
 */
const geographies = {
  'us-east-1': ['us'],
  'us-east-2': ['us'],
  'us-west-1': ['us'],
  'us-west-2': ['us'],
  'ca-central-1': ['us'],
  'sa-east-1': [],
  'eu-central-1': ['eu'],
  'eu-central-2': ['eu'],
  'eu-north-1': ['eu'],
  'eu-south-1': ['eu'],
  'eu-south-2': ['eu'],
  'eu-west-1': ['eu'],
  'eu-west-2': ['eu'],
  'eu-west-3': ['eu'],
  'ap-east-2': ['apac'],
  'ap-northeast-1': ['jp', 'apac'],
  'ap-northeast-2': ['apac'],
  'ap-northeast-3': ['jp', 'apac'],
  // No id of an `in.` profile is recorded yet (WIRE §9.2).
  'ap-south-1': ['in', 'apac'],
  'ap-south-2': ['in', 'apac'],
  'ap-southeast-1': ['apac'],
  'ap-southeast-2': ['au', 'apac'],
  'ap-southeast-3': ['apac'],
  'ap-southeast-4': ['au', 'apac'],
  'us-gov-east-1': ['us-gov'],
  'us-gov-west-1': ['us-gov'],
} as const satisfies Record<string, readonly Geography[]>

const geographiesByRegion: ReadonlyMap<string, readonly Geography[]> = new Map(Object.entries(geographies))

/** Every Region of the catalogue. */
export const regions: readonly string[] = Object.keys(geographies)

/** Tells whether the catalogue knows a Region by this name. */
export function isRegion(name: string): boolean {
  return geographiesByRegion.has(name)
}

/** Lists the geographies that cover a Region, the narrowest first: `ap-northeast-1` is in `jp` and in `apac`. */
export function geographiesOf(region: string): readonly Geography[] {
  return geographiesByRegion.get(region) ?? []
}

/** Names the narrowest geography that covers a Region, where there is one. */
export function geographyOf(region: string): Geography | undefined {
  return geographiesOf(region)[0]
}

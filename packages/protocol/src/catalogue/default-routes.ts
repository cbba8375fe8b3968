import type { ProfileScope } from './types.ts'

/** Regions as one line of text, so that a table of routes stays readable. */
export interface Route {
  readonly from: string
  /** Absent for `global`, which goes anywhere. */
  readonly to?: string
}

const us = 'us-east-1 us-east-2 us-west-2'
const eu = 'eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3'

/** The routes of a profile that no real answer shows: what measured profiles of its scope have in common (WIRE §9.2). */
export const defaultRoutes: Readonly<Record<ProfileScope, readonly Route[]>> = {
  us: [
    { from: us, to: us },
    { from: 'us-west-1', to: 'us-east-1 us-east-2 us-west-1 us-west-2' },
    { from: 'ca-central-1', to: 'us-east-1 us-east-2 ca-central-1 us-west-2' },
  ],
  eu: [
    { from: 'eu-central-1 eu-north-1 eu-west-1 eu-west-3', to: eu },
    { from: 'eu-west-2', to: `${eu} eu-west-2` },
  ],
  jp: [{ from: 'ap-northeast-1 ap-northeast-3', to: 'ap-northeast-3 ap-northeast-1' }],
  au: [{ from: 'ap-southeast-2 ap-southeast-4', to: 'ap-southeast-2 ap-southeast-4' }],
  // The newest measured `apac.` profile, Sonnet 4's, without its special case for ap-east-2.
  apac: [
    {
      from: 'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2',
      to: 'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-4',
    },
  ],
  global: [
    {
      from: 'ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2',
    },
  ],
  // Named in documentation, recorded nowhere (WIRE §9.2).
  in: [],
  'us-gov': [],
}

import { expect, it } from 'vitest'
import { geographiesOf, geographyOf, isRegion, regions } from './regions.ts'

it('knows the 26 Regions that models, routes and endpoints name', () => {
  expect(regions.toSorted()).toEqual(
    (
      'ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ' +
      'ap-southeast-3 ap-southeast-4 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 ' +
      'eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2'
    ).split(' '),
  )
})

it.each(['us-east-1', 'eu-central-2', 'ap-southeast-4'])('takes %s for a Region', (name) => {
  expect(isRegion(name)).toBe(true)
})

it.each(['', 'us-east-9', 'US-EAST-1', 'us', 'constructor', '__proto__'])('takes %j for none', (name) => {
  expect(isRegion(name)).toBe(false)
  expect(geographiesOf(name)).toEqual([])
})

it.each([
  ['us-east-1', 'us', ['us']],
  ['ca-central-1', 'us', ['us']],
  ['eu-west-2', 'eu', ['eu']],
  ['ap-northeast-3', 'jp', ['jp', 'apac']],
  ['ap-southeast-2', 'au', ['au', 'apac']],
  ['ap-southeast-1', 'apac', ['apac']],
  ['sa-east-1', undefined, []],
])('puts %s into its narrowest geography first', (region, narrowest, all) => {
  expect(geographyOf(region)).toBe(narrowest)
  expect(geographiesOf(region)).toEqual(all)
})

import { isRegion, nearestWord, parseModelId, regions } from '@outcrop/protocol'
import { type Finding, ok, warn } from './check.ts'
import type { Patient } from './patient.ts'

/** Says which Region is called, who named it, and who would name another. */
export function checkRegion(patient: Patient): Promise<readonly Finding[]> {
  const { value, from } = patient.region
  const findings = [...unknownRegion(value), ...otherRegions(patient), ...regionOfModel(patient)]
  return Promise.resolve([
    ok(`${value}, ${from === undefined ? 'because nothing names another' : `by ${from}`}`),
    ...findings,
  ])
}

function unknownRegion(region: string): readonly Finding[] {
  if (isRegion(region)) return []
  const nearest = nearestWord(region, regions)
  return [
    warn(
      `no Region called ${JSON.stringify(region)} is known to have Claude`,
      nearest === undefined ? 'name one that has, such as us-east-1' : `did you mean ${nearest}?`,
    ),
  ]
}

/** Tools that read other places call other Regions, and what one of them lists the other does not find. */
function otherRegions({ region, io, profile }: Patient): readonly Finding[] {
  const { AWS_REGION: first = '', AWS_DEFAULT_REGION: second = '' } = io.env
  if (region.from === '--region') return []
  if (first !== '' && second !== '' && first !== second) {
    return [
      warn(
        `AWS_REGION is ${first} and AWS_DEFAULT_REGION is ${second}: the AWS CLI and boto3 call the second`,
        'set both to one Region',
      ),
    ]
  }
  if (first === '' && second !== '') {
    return [
      warn(
        "Anthropic's SDKs and the AWS SDK for JavaScript do not read AWS_DEFAULT_REGION",
        `set AWS_REGION=${second} as well`,
      ),
    ]
  }
  const configured = profile.config.get('region')
  if (configured === undefined || configured === region.value) return []
  return [
    warn(
      `~/.aws/config names ${configured} for the profile ${JSON.stringify(profile.name)}: AWS's own tools call that`,
      `set AWS_REGION=${configured} if that is where you mean to call`,
    ),
  ]
}

function regionOfModel({ model, region }: Patient): readonly Finding[] {
  const parsed = parseModelId(model)
  if (parsed === undefined || parsed.kind === 'name' || parsed.region === '' || parsed.region === region.value)
    return []
  return [
    warn(
      `the ARN of the model is of ${parsed.region}, and calls go to ${region.value}`,
      `call with --region ${parsed.region}`,
    ),
  ]
}

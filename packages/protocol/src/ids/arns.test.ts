import { expect, it } from 'vitest'
import { foundationModelArn, inferenceProfileArn } from './arns.ts'
import { partitionOf } from './partition.ts'

it.each([
  ['us-east-1', 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8'],
  ['', 'arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8'],
  ['us-gov-west-1', 'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-opus-4-8'],
])('prints the foundation-model ARN of Region %j', (region, arn) => {
  expect(foundationModelArn(region, 'anthropic.claude-opus-4-8')).toBe(arn)
})

it('prints the profile ARN that its caller sees', () => {
  expect(inferenceProfileArn('eu-west-1', '111122223333', 'eu.anthropic.claude-opus-4-8')).toBe(
    'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-opus-4-8',
  )
})

it.each([
  ['us-east-1', 'aws'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['cn-north-1', 'aws-cn'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-iso-west-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['', 'aws'],
])('puts %j into the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition)
})

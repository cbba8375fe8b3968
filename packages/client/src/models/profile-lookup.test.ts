import { describe, expect, it } from 'vitest'
import { createProfileLookup } from './profile-lookup.ts'

const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/1arbu5hu2sjr'
const answer = {
  inferenceProfileName: 'team-a',
  inferenceProfileArn: arn,
  inferenceProfileId: '1arbu5hu2sjr',
  models: [
    { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8' },
    { modelArn: 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-opus-4-8' },
  ],
  status: 'ACTIVE',
  type: 'APPLICATION',
  toolboxArn: null,
}
const profile = {
  profileId: '1arbu5hu2sjr',
  arn,
  isApplication: true,
  modelId: 'anthropic.claude-opus-4-8',
  destinations: ['us-east-1', 'us-west-2'],
}

function create(ask: (arn: string) => Promise<unknown>) {
  const clock = { now: 0 }
  const asked: string[] = []
  const warnings: string[] = []
  const lookup = createProfileLookup({
    ask: (one) => {
      asked.push(one)
      return ask(one)
    },
    now: () => clock.now,
    warn: (warning) => void warnings.push(warning),
  })
  return { lookup, clock, asked, warnings }
}

describe('createProfileLookup', () => {
  it('tells which model stands behind a profile, and where it is answered', async () => {
    const { lookup } = create(async () => answer)
    expect(await lookup(arn)).toEqual(profile)
  })

  it('asks once for a thousand that want to know at once, and again after an hour', async () => {
    const { lookup, clock, asked } = create(async () => answer)
    const found = await Promise.all(Array.from({ length: 1_000 }, () => lookup(arn)))
    expect(found.every((one) => one?.modelId === 'anthropic.claude-opus-4-8')).toBe(true)
    clock.now = 3_599_999
    await lookup(arn)
    expect(asked).toEqual([arn])
    clock.now = 3_600_000
    await lookup(arn)
    expect(asked).toEqual([arn, arn])
  })

  it.each([
    ['a refusal', () => Promise.reject(new Error('User is not authorized')), 'User is not authorized'],
    ['nonsense', async () => 'hello', 'the answer does not describe it'],
    [
      'another profile',
      async () => ({ ...answer, inferenceProfileId: 'x', inferenceProfileArn: arn.replace('1arbu5hu2sjr', 'x') }),
      'the answer does not describe it',
    ],
  ])('leaves the model unknown after %s, with a warning, and rests for five minutes', async (_, ask, reason) => {
    const { lookup, clock, asked, warnings } = create(ask)
    expect(await lookup(arn)).toBeUndefined()
    expect(warnings).toEqual([
      `What ${arn} stands for cannot be looked up, so no rule about models is applied: ${reason}`,
    ])
    clock.now = 299_999
    expect(await lookup(arn)).toBeUndefined()
    expect(asked).toHaveLength(1)
    clock.now = 300_000
    await lookup(arn)
    expect(asked).toHaveLength(2)
  })

  it('remembers a thousand profiles, and forgets the oldest for one more', async () => {
    const { lookup, asked } = create(async () => undefined)
    for (let index = 0; index <= 1_000; index++) await lookup(`${arn}${index}`)
    await lookup(`${arn}1000`)
    await lookup(`${arn}1`)
    expect(asked).toHaveLength(1_001)
    await lookup(`${arn}0`)
    expect(asked).toHaveLength(1_002)
  })
})

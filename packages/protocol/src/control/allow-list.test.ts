import { describe, expect, it } from 'vitest'
import { lookUpId } from '../catalogue/lookups.ts'
import { compileAllowList, isAllowEntry } from './allow-list.ts'

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const opus = 'anthropic.claude-opus-4-8'
const application = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl'

const call = (id: string, ...names: string[]) => ({ model: lookUpId(id)?.model, names: [id, ...names] })
const modelArn = (region: string, id: string): string => `arn:aws:bedrock:${region}::foundation-model/${id}`
const profileArn = (id: string): string => `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}`

describe('compileAllowList', () => {
  it.each([
    [haiku, 'a base id'],
    ['claude-haiku-4-5', 'an alias'],
    ['Claude Haiku 4.5', 'a name'],
    ['claude-haiku-4-5-20251001', "Anthropic's own name"],
    ['anthropic.claude-haiku-4-5', "mantle's id"],
    [`arn:aws:bedrock:::foundation-model/${haiku}`, 'the ARN of every Region'],
    ['anthropic.claude-haiku-*', 'a pattern of base ids'],
    ['*haiku*', 'a pattern of anything'],
  ])('allows a model through whatever scope by %s, %s', (entry) => {
    const allows = compileAllowList([opus.replace('8', '7'), entry])
    expect(allows(call(haiku))).toBe(true)
    expect(allows(call(`us.${haiku}`))).toBe(true)
    expect(allows(call(`global.${haiku}`))).toBe(true)
    expect(allows(call(haiku, application))).toBe(true)
    expect(allows(call(opus))).toBe(false)
    expect(allows(call(`us.${opus}`))).toBe(false)
  })

  it.each([`us.${haiku}`, 'us.*', profileArn(`us.${haiku}`), 'arn:aws:bedrock:*:*:inference-profile/us.*'])(
    'allows by %s what goes through that profile, and nothing else',
    (entry) => {
      const allows = compileAllowList([entry])
      expect(allows(call(`us.${haiku}`, profileArn(`us.${haiku}`)))).toBe(true)
      expect(allows(call(`global.${haiku}`, profileArn(`global.${haiku}`)))).toBe(false)
      expect(allows(call(haiku, modelArn('us-east-1', haiku)))).toBe(false)
    },
  )

  it('allows by the ARN of a Region what is called there', () => {
    const allows = compileAllowList([modelArn('us-east-1', haiku)])
    expect(allows(call(haiku, modelArn('us-east-1', haiku)))).toBe(true)
    expect(allows(call(haiku, modelArn('us-west-2', haiku)))).toBe(false)
  })

  it.each([application, 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/*'])(
    'allows by %s what goes through that application profile, whatever its model',
    (entry) => {
      const allows = compileAllowList([entry])
      expect(allows(call(opus, application))).toBe(true)
      expect(allows(call(opus))).toBe(false)
    },
  )

  it('allows nothing by an empty list, and what nobody knows by a pattern alone', () => {
    expect(compileAllowList([])(call(haiku))).toBe(false)
    expect(compileAllowList(['*'])(call('anthropic.claude-9'))).toBe(true)
    expect(compileAllowList(['*haiku*'])(call('anthropic.claude-9'))).toBe(false)
  })

  it('is quick about patterns that no name fits', () => {
    const allows = compileAllowList([`${'*a'.repeat(1000)}*b`])
    const started = performance.now()
    expect(allows({ model: undefined, names: ['a'.repeat(2048)] })).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('isAllowEntry', () => {
  it.each([
    haiku,
    `jp.${haiku}`,
    'opus-4.8',
    '*',
    'us.*',
    'arn:aws:bedrock:*',
    application,
    profileArn(`us.${haiku}`),
    'arn:aws:bedrock:*::foundation-model/anthropic.claude-haiku-*',
  ])('has nothing against %s', (entry) => {
    expect(isAllowEntry(entry)).toBe(true)
  })

  it.each([
    'claude-haiku-4-6',
    'gpt-*',
    'arn:aws:bedrock:*:*:inference-profile/mars.*',
    'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl',
    'nothing of the kind',
  ])('does not take %s, which can allow nothing', (entry) => {
    expect(isAllowEntry(entry)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { countInName, makeJobName, readBatchId, toBatchId } from './batch-id.ts'

describe('the id of a batch', () => {
  it.each([
    [
      'arn:aws:bedrock:us-west-2:111122223333:model-invocation-job/a1b2c3d4e5f6',
      'msgbatch_us-west-2_111122223333_a1b2c3d4e5f6',
    ],
    [
      'arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:model-invocation-job/a1b2c3d4e5f6',
      'msgbatch_us-gov-west-1_111122223333_a1b2c3d4e5f6',
    ],
  ])('leads back to %s', (arn, id) => {
    expect(toBatchId(arn)).toBe(id)
    const region = arn.split(':')[3]
    expect(readBatchId(id, 'eu-west-1')).toEqual({ region, jobIdentifier: arn })
    expect(readBatchId(arn, 'eu-west-1')).toEqual({ region, jobIdentifier: arn })
  })

  it('may be the end of an ARN, of a job in the own Region', () => {
    expect(readBatchId('a1b2c3d4e5f6', 'eu-west-1')).toEqual({ region: 'eu-west-1', jobIdentifier: 'a1b2c3d4e5f6' })
  })

  it.each([
    '',
    'msgbatch_013Zva2CMHLNnXjNJJKqJ2EF',
    '..',
    'msgbatch_evil.example_111122223333_a1b2c3d4e5f6',
    'arn:aws:s3:::b',
  ])('is none: %j', (id) => expect(readBatchId(id, 'eu-west-1')).toBeUndefined())
})

describe('the name of a job', () => {
  it('says how many requests it was started with, and is one that AWS takes', () => {
    const name = makeJobName(1_000_000, 'f'.repeat(32))
    expect(name).toBe('message-batch-1000000-ffffffffffffffffffffffffffffffff')
    expect(name).toMatch(/^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+\-.]){0,63}$/)
    expect(name.length).toBeLessThanOrEqual(63)
    expect(countInName(name)).toBe(1_000_000)
    expect(countInName('nightly')).toBeUndefined()
  })
})

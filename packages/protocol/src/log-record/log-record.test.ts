import { describe, expect, it } from 'vitest'
import { accountLogPrefix, hourLogPrefix, permissionCheckKey } from './log-layout.ts'
import { readModelInvocationLog } from './model-invocation-log.ts'

// WIRE §8.2
const record = {
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
  timestamp: '2026-11-22T10:51:50Z',
  accountId: '111122223333',
  identity: { arn: 'arn:aws:sts::111122223333:assumed-role/app/session' },
  region: 'us-east-1',
  requestId: '1f0e6f0e-2a0b-4c0a-8f55-1d1a1f8a9b10',
  operation: 'Converse',
  modelId: 'us.anthropic.claude-opus-4-8',
  inferenceRegion: 'us-west-2',
  requestMetadata: { team: 'a' },
  input: {
    inputContentType: 'application/json',
    inputBodyJson: { messages: [] },
    inputTokenCount: 9,
    cacheReadInputTokenCount: 0,
    cacheWriteInputTokenCount: 0,
  },
  output: { outputContentType: 'application/json', outputBodyJson: { output: {} }, outputTokenCount: 4 },
}

describe('a record of the log', () => {
  it('is read as it is, with members that nobody knows yet', () => {
    expect(readModelInvocationLog(record)).toEqual(record)
    expect(readModelInvocationLog({ ...record, novelty: 1 })).toEqual({ ...record, novelty: 1 })
    const { output: _, ...failed } = record
    expect(readModelInvocationLog({ ...failed, errorCode: 'ThrottlingException' })).toBeDefined()
  })

  it.each([
    ['another version', { ...record, schemaVersion: '2.0' }],
    ['another kind', { ...record, schemaType: 'Other' }],
    ['no request id', { ...record, requestId: undefined }],
    ['no input', { ...record, input: undefined }],
    ['a count that is none', { ...record, input: { inputTokenCount: '9' } }],
    ['a list', [record]],
    ['nothing', null],
  ])('is not made of %s', (_, value) => {
    expect(readModelInvocationLog(value)).toBeUndefined()
  })
})

describe('the layout of the log', () => {
  const place = { account: '111122223333', region: 'us-east-1' }

  it('is a folder an hour, by UTC', () => {
    expect(hourLogPrefix(place, Date.parse('2026-01-02T03:59:59.999Z'))).toBe(
      'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/01/02/03/',
    )
    expect(hourLogPrefix({ ...place, keyPrefix: 'logs/bedrock' }, Date.parse('2026-11-25T12:00:00Z'))).toBe(
      'logs/bedrock/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/25/12/',
    )
  })

  it('has one place for all Regions of an account, where Bedrock tries whether it may write', () => {
    expect(accountLogPrefix({ account: '111122223333', keyPrefix: '' })).toBe(
      'AWSLogs/111122223333/BedrockModelInvocationLogs/',
    )
    expect(permissionCheckKey({ account: '111122223333', keyPrefix: 'p' })).toBe(
      'p/AWSLogs/111122223333/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check',
    )
  })
})

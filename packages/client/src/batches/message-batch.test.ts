import { describe, expect, it } from 'vitest'
import type { ModelInvocationJob } from '../control/model-invocation-job.ts'
import { toMessageBatch } from './message-batch.ts'

const job: ModelInvocationJob = {
  jobArn: 'arn:aws:bedrock:us-west-2:111122223333:model-invocation-job/a1b2c3d4e5f6',
  jobName: 'message-batch-10-ffffffffffffffffffffffffffffffff',
  submitTime: '2026-11-25T09:00:00.000Z',
  lastModifiedTime: '2026-11-25T09:30:00.000Z',
}
const base = 'https://bedrock-runtime.us-west-2.amazonaws.com/v1/messages/batches'

describe('a job as a batch', () => {
  it('is in progress until its end, with all requests processing, also before the service has counted them', () => {
    const expected = {
      id: 'msgbatch_us-west-2_111122223333_a1b2c3d4e5f6',
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 10, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: '2026-11-25T09:00:00.000Z',
      expires_at: '2026-11-26T09:00:00.000Z',
      ended_at: null,
      cancel_initiated_at: null,
      archived_at: null,
      results_url: null,
    }
    for (const status of ['Submitted', 'Validating', 'Scheduled', 'InProgress', 'SomethingNew']) {
      expect(toMessageBatch({ ...job, status }, base)).toEqual({
        ...expected,
        'amazon-bedrock-job': { ...job, status },
      })
    }
    const counted = { ...job, status: 'InProgress', totalRecordCount: 12, successRecordCount: 5 }
    expect(toMessageBatch(counted, base).request_counts.processing).toBe(12)
  })

  const counted = { totalRecordCount: 10, successRecordCount: 6, errorRecordCount: 1 }
  it.each([
    ['Completed', { succeeded: 6, errored: 4, canceled: 0, expired: 0 }],
    ['Stopped', { succeeded: 6, errored: 1, canceled: 3, expired: 0 }],
    ['Expired', { succeeded: 6, errored: 1, canceled: 0, expired: 3 }],
    ['PartiallyCompleted', { succeeded: 6, errored: 1, canceled: 0, expired: 3 }],
  ])('that is %s has ended, and every request is counted once', (status, counts) => {
    const batch = toMessageBatch({ ...job, ...counted, status, endTime: '2026-11-25T10:00:00.000Z' }, base)
    expect(batch).toMatchObject({
      processing_status: 'ended',
      ended_at: '2026-11-25T10:00:00.000Z',
      results_url: `${base}/msgbatch_us-west-2_111122223333_a1b2c3d4e5f6/results`,
      request_counts: { processing: 0, ...counts },
    })
  })

  it('that failed before it was counted has every request errored', () => {
    const zeros = { totalRecordCount: 0, successRecordCount: 0, errorRecordCount: 0 }
    for (const more of [{}, zeros]) {
      const { request_counts: counts } = toMessageBatch({ ...job, ...more, status: 'Failed' }, base)
      expect(counts).toEqual({ processing: 0, succeeded: 0, errored: 10, canceled: 0, expired: 0 })
      expect(toMessageBatch({ ...job, ...more, status: 'Submitted' }, base).request_counts.processing).toBe(10)
    }
  })

  it('that is complete and does not count has its requests succeeded', () => {
    const { request_counts: counts } = toMessageBatch({ ...job, status: 'Completed' }, base)
    expect(counts).toEqual({ processing: 0, succeeded: 10, errored: 0, canceled: 0, expired: 0 })
  })

  it('that is being stopped is canceling', () => {
    expect(toMessageBatch({ ...job, status: 'Stopping' }, base)).toMatchObject({
      processing_status: 'canceling',
      cancel_initiated_at: '2026-11-25T09:30:00.000Z',
      ended_at: null,
      request_counts: { processing: 10 },
    })
  })

  it('expires when the service says, or after its hours', () => {
    expect(toMessageBatch({ ...job, timeoutDurationInHours: 48 }, base).expires_at).toBe('2026-11-27T09:00:00.000Z')
    const jobExpirationTime = '2026-11-26T01:00:00.000Z'
    expect(toMessageBatch({ ...job, jobExpirationTime }, base).expires_at).toBe(jobExpirationTime)
  })
})

import { type Outcrop, type OutcropOptions, startOutcrop } from '@outcrop/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestIo } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

let running: Outcrop | undefined
afterEach(() => running?.close())

async function examine(options: OutcropOptions, before?: (outcrop: Outcrop) => Promise<unknown>) {
  const outcrop = await startOutcrop({ auth: 'strict', ...options })
  running = outcrop
  await before?.(outcrop)
  const test = createTestIo({ env: outcrop.env, now: Date.now })
  const code = await main(['doctor', '--endpoint', outcrop.url, '--model', 'claude-haiku-4-5', '--json'], test.io)
  const report = JSON.parse(test.out()) as { checks: Array<{ check: string; findings: unknown[] }> }
  const about = (name: string): unknown => report.checks.find(({ check }) => check === name)?.findings
  return { code, access: about('access'), quota: about('quota') }
}

const listed = expect.objectContaining({ status: 'ok', found: expect.stringContaining('Bedrock lists') })
const request = 'ask for it with "outcrop access request anthropic.claude-haiku-4-5-20251001-v1:0"'

describe('the doctor on access', () => {
  it('says that it has not been asked for, and how to', async () => {
    const { code, access } = await examine({ access: 'ask' })
    expect(code).toBe(1)
    expect(access).toEqual([
      listed,
      {
        status: 'fail',
        found: "access to Claude Haiku 4.5 is NOT_AVAILABLE, and Anthropic's use case form is not filled in",
        todo: request,
      },
    ])
  })

  it('says that the account has it', async () => {
    expect((await examine({})).access).toEqual([
      listed,
      { status: 'ok', found: 'the account has access to Claude Haiku 4.5' },
    ])
  })
})

describe('the doctor on quotas', () => {
  it('names those of the model, and what none is left of', async () => {
    const { code, quota } = await examine({
      quotas: [
        { model: 'claude-haiku-4-5', scope: 'us', requestsPerMinute: 50 },
        { model: 'claude-opus-4-6', scope: 'us', requestsPerMinute: 7 },
      ],
    })
    expect(code).toBe(0)
    expect(quota).toEqual([
      { status: 'ok', found: expect.stringMatching(/requests per minute for .*Claude Haiku 4\.5.*: 50$/) },
    ])
  })

  it('says that there are none', async () => {
    expect((await examine({})).quota).toEqual([{ status: 'ok', found: 'no quotas are set' }])
  })
})

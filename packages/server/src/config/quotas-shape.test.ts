import { describe, expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'

const load = async (text: string) => (await loadConfig({ file: '/etc/outcrop.yaml', text })).quotas

const complaint = (text: string): Promise<string> =>
  load(text).then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )

describe('quotas in a configuration', () => {
  it('are none unless somebody sets them', async () => {
    expect(await load('region: us-east-1')).toEqual({ limits: [], retryAfter: false })
  })

  it('are a list, whose models may be called by any of their names', async () => {
    const text = `
quotas:
  - { tokensPerMinute: 1000000, requestsPerMinute: 0 }
  - { model: Opus 4.6, scope: global, region: us-east-1, account: 012345678901, tokensPerDay: 5, burndown: 1.5 }
  - model: claude-opus-4-7
    scope: "*"
    inputTokensPerMinute: 20000000
    outputTokensPerMinute: 4000000
`
    expect(await load(text)).toEqual({
      retryAfter: false,
      limits: [
        { tokensPerMinute: 1_000_000, requestsPerMinute: 0 },
        {
          model: 'anthropic.claude-opus-4-6-v1',
          scope: 'global',
          region: 'us-east-1',
          account: '012345678901',
          tokensPerDay: 5,
          burndown: 1.5,
        },
        {
          model: 'anthropic.claude-opus-4-7',
          scope: '*',
          inputTokensPerMinute: 20_000_000,
          outputTokensPerMinute: 4_000_000,
        },
      ],
    })
  })

  it('are a list in a map where throttled callers are told how long to wait', async () => {
    expect(await load('quotas: { retryAfter: true, limits: [{ requestsPerMinute: 1 }] }')).toEqual({
      retryAfter: true,
      limits: [{ requestsPerMinute: 1 }],
    })
  })

  const at = '/etc/outcrop.yaml:1:'
  const limits = 'requestsPerMinute, tokensPerMinute, tokensPerDay, inputTokensPerMinute, outputTokensPerMinute'
  it.each([
    ['quotas: [{ model: claude-opsu-4-6, tokensPerMinute: 1 }]', `did you mean claude-opus-4-6?`],
    [
      'quotas: [{ model: us.anthropic.claude-opus-4-6-v1, tokensPerMinute: 1 }]',
      'expected a model such as claude-opus-4-6, whose scope stands beside it, or "*"',
    ],
    ['quotas: [{ scope: eur, tokensPerMinute: 1 }]', 'did you mean eu?'],
    ['quotas: [{ tokensPerMinute: -1 }]', 'quotas[0].tokensPerMinute: expected a whole number from 0 to 1000000000000'],
    ['quotas: [{ burndown: 0.5, tokensPerMinute: 1 }]', 'quotas[0].burndown: expected a number from 1 to 1000'],
    ['quotas: [{ tokensPerMinutes: 1 }]', 'did you mean "tokensPerMinute"?'],
    ['quotas: [{ scope: us }]', `${at}10: quotas[0]: expected at least one limit: ${limits}`],
    ['quotas: [{ model: *, tokensPerMinute: 1 }]', 'quote it if it begins with *'],
    [
      'quotas: [{ tokensPerMinute: 1 }, { model: "*", requestsPerMinute: 1 }]',
      `${at}34: quotas[1]: expected calls of its own, found those of quotas[0] (${at}10): join the two`,
    ],
    ['quotas: 5', 'quotas: expected a map with the settings limits, retryAfter, found a single value'],
  ])('that are wrong are said with their place and what to do: %s', async (text, message) => {
    expect(await complaint(text)).toContain(message)
  })

  it('of the two endpoints of Bedrock may be set for the same calls', async () => {
    expect((await load('quotas: [{ tokensPerMinute: 1 }, { inputTokensPerMinute: 1 }]')).limits).toHaveLength(2)
  })
})

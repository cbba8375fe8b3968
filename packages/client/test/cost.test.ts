import { startOutcrop } from '@outcrop/testkit'
import { afterAll, expect, it } from 'vitest'
import type { AnswerReport } from '../src/cost/answer-report.ts'
import { createBedrockFetch } from '../src/transport.ts'

const usage = { inputTokens: 1000, outputTokens: 200, cacheReadInputTokens: 5000 }
const outcrop = await startOutcrop({ script: { reply: { text: 'Good.', usage } } })
afterAll(() => outcrop.close())

it.each(['invoke', 'converse', 'runtime-messages'] as const)(
  'tells of every answer what it took and what that costs, whole or streamed, on %s',
  async (wire) => {
    const reports: AnswerReport[] = []
    const fetch = createBedrockFetch({
      baseURL: outcrop.url,
      awsRegion: 'us-east-1',
      awsAccessKey: 'outcrop',
      awsSecretKey: 'outcrop',
      onAnswer: (report) => reports.push(report),
      wire,
    })
    for (const stream of [false, true]) {
      const response = await fetch('https://api.anthropic.com/v1/messages', {
        method: 'POST',
        body: JSON.stringify({
          model: 'us.anthropic.claude-opus-4-6-v1',
          max_tokens: 300,
          stream,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      })
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('Good')
      expect(reports.at(-1)?.requestId).toBe(response.headers.get('request-id'))
    }
    expect(reports).toHaveLength(2)
    for (const { region, modelId, usage, cost } of reports) {
      expect({ region, modelId }).toEqual({ region: 'us-east-1', modelId: 'us.anthropic.claude-opus-4-6-v1' })
      expect(usage).toMatchObject({ input_tokens: 1000, output_tokens: 200, cache_read_input_tokens: 5000 })
      // Ten percent more than anywhere, for the geography.
      expect(cost.usd).toBe('0.01375')
    }
  },
)

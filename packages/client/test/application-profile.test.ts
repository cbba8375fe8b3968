import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AnthropicBedrock } from '../src/index.ts'
import { costOfMessage } from '../src/cost.ts'
import { type AnswerReport, createBedrockFetch } from '../src/transport.ts'

let outcrop: Outcrop
let arn: string
beforeAll(async () => {
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1' })
  const response = await fetch(`${outcrop.url}/inference-profiles`, {
    method: 'POST',
    body: JSON.stringify({
      inferenceProfileName: 'team a',
      modelSource: {
        copyFrom: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8',
      },
    }),
  })
  arn = ((await response.json()) as { inferenceProfileArn: string }).inferenceProfileArn
})
afterAll(() => outcrop.close())

const content = 'Hello'

it('is called by the client as the model that it stands for, which is found by asking once', async () => {
  const answers: AnswerReport[] = []
  const bedrock = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    apiKey: 'any',
    wire: 'auto',
    onAnswer: (report) => answers.push(report),
    onWarning: () => {},
  })
  // Opus 4.8 takes no temperature, which only who knows the model can leave out.
  const body = { model: arn, max_tokens: 20, temperature: 0.5, messages: [{ role: 'user', content }] }
  const call = () => bedrock('https://api.anthropic.com/v1/messages', { method: 'POST', body: JSON.stringify(body) })
  const response = await call()
  expect([response.status, await response.json()]).toMatchObject([200, { model: 'claude-opus-4-8' }])
  expect(response.headers.get('x-outcrop-warning')).toContain('temperature')
  await (await call()).json()
  const asked = outcrop.calls.map(({ operation, status }) => [operation, status])
  expect(asked.filter(([operation]) => operation === 'GetInferenceProfile')).toEqual([['GetInferenceProfile', 200]])
  expect(answers.map(({ modelId }) => modelId)).toEqual([arn, arn])
  const [answer] = answers
  const named = { modelId: 'us.anthropic.claude-opus-4-8', region: 'us-east-1' }
  expect(answer?.cost.unknown).toBeNull()
  expect(answer?.cost).toEqual(costOfMessage(answer?.usage ?? null, named))
})

it("is called by Anthropic's SDK with our transport", async () => {
  const client = new AnthropicBedrock({ baseURL: outcrop.url, awsRegion: 'us-east-1', apiKey: 'any' })
  const message = await client.messages.create({ model: arn, max_tokens: 20, messages: [{ role: 'user', content }] })
  expect([message.model, message.usage.input_tokens > 0]).toEqual(['claude-opus-4-8', true])
})

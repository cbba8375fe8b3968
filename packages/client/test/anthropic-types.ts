import type { Anthropic } from '@anthropic-ai/sdk'
import { APIError } from '@anthropic-ai/sdk'
import { AnthropicBedrock, type BedrockMessages, type ClientOptions } from '@outcrop/client'

// Compiled, never run: what `npm run check` refuses here is a broken promise of the types.

const client = new AnthropicBedrock({
  awsRegion: 'auto',
  wire: 'auto',
  scope: ['geo'],
  residency: 'eu',
  apiKey: () => 'key',
})
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Hi' }]

export async function create(): Promise<void> {
  const whole = await client.messages.create({
    model: 'us.anthropic.claude-opus-4-6-v1',
    max_tokens: 5,
    messages,
    bedrock: { guardrail: { identifier: 'g', version: '1' }, serviceTier: 'priority', latency: 'optimized' },
  })
  whole.role satisfies 'assistant'
  whole._request_id satisfies string | null | undefined
  whole['amazon-bedrock-guardrailAction'] satisfies 'INTERVENED' | 'NONE' | undefined
  // What code for Anthropic's client does with an answer goes on to compile.
  whole satisfies Anthropic.Message
  messages.push({ role: 'assistant', content: whole.content })

  const stream = await client.messages.create({ model: 'any-text', max_tokens: 5, messages, stream: true })
  for await (const event of stream) {
    event satisfies Anthropic.RawMessageStreamEvent
    if (event.type === 'message_stop') {
      event['amazon-bedrock-invocationMetrics']?.inputTokenCount satisfies number | undefined
    }
  }

  const params: Anthropic.MessageCreateParamsNonStreaming = { model: 'claude-opus-4-6', max_tokens: 5, messages }
  ;(await client.messages.create(params)) satisfies Anthropic.Message
  const either: Anthropic.MessageCreateParams = params
  await client.messages.create(either)

  // @ts-expect-error -- a tier that Bedrock does not have
  await client.messages.create({ ...params, bedrock: { serviceTier: 'fast' } })
  // @ts-expect-error -- what is no member of it
  await client.messages.create({ ...params, bedrock: { guardrails: {} } })
  // @ts-expect-error -- streams have the same members
  client.messages.stream({ ...params, bedrock: { wire: 'smoke-signals' } })
}

export async function batches(requests: Anthropic.MessageCreateParamsNonStreaming[]): Promise<void> {
  // Anthropic's own resource, with the job beside what Anthropic says of a batch.
  client.messages.batches satisfies Anthropic['messages']['batches']
  client.beta.messages.batches satisfies Anthropic['beta']['messages']['batches']
  const batch: Anthropic.Messages.MessageBatch = await client.messages.batches.create({
    requests: requests.map((params, at) => ({ custom_id: String(at), params })),
  })
  batch['amazon-bedrock-job']?.jobArn satisfies string | undefined
  // @ts-expect-error -- a batch needs a role
  void new AnthropicBedrock({ batches: { s3Uri: 's3://bucket/prefix' } })
}

export function absent(): void {
  // @ts-expect-error -- Bedrock has none
  void client.files
  // @ts-expect-error -- Bedrock has none
  void client.beta.sessions
  // @ts-expect-error -- a credential of Anthropic's own API
  void new AnthropicBedrock({ authToken: 'token' })
  // @ts-expect-error -- no wire
  void new AnthropicBedrock({ wire: 'telegraph' })
}

export function errors(error: unknown): void {
  if (error instanceof APIError) {
    error.awsCode satisfies string | undefined
    error.region satisfies string | undefined
    error.partialMessage?.content satisfies readonly object[] | undefined
  }
}

export function options(): readonly ClientOptions[] {
  return [
    {},
    { apiKey: null, awsAccessKey: 'A', awsSecretKey: 'S', awsSessionToken: null },
    { awsAccessKey: 'A', awsSecretAccessKey: 'S', awsProfile: 'p' },
    { timeout: 1, maxRetries: 0, fetch, fetchOptions: {}, middleware: [], defaultHeaders: {}, defaultQuery: {} },
    { dangerouslyAllowBrowser: true, logLevel: 'off', logger: console, openTelemetry: false },
    { providerChainResolver: async () => async () => ({ accessKeyId: 'A', secretAccessKey: 'S' }) },
    { apiKey: async () => 'key', timeouts: { idle: 5 }, onCall: ({ wire }) => void wire },
  ]
}

client.messages satisfies BedrockMessages
client.withOptions({ awsRegion: 'eu-west-1' }) satisfies AnthropicBedrock
client.models satisfies Anthropic['models']

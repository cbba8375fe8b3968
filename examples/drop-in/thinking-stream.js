// Thinking and text, as they come.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const stream = client.messages
  .stream({
    model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 3200,
    thinking: { type: 'enabled', budget_tokens: 1600 },
    messages: [{ role: 'user', content: 'Write a haiku about mills.' }],
  })
  .on('thinking', (thinking) => process.stdout.write(thinking))
  .on('text', (text) => process.stdout.write(text))
const { content } = await stream.finalMessage()
console.log(
  '\n',
  content.map(({ type }) => type),
)

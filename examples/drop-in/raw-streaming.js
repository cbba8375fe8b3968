// A stream of events, read by hand.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const stream = await client.messages.create({
  model: 'global.anthropic.claude-sonnet-5',
  anthropic_version: 'bedrock-2023-05-31', // Anthropic's client says another by itself, ours does not
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello!' }],
  stream: true,
})
for await (const event of stream) {
  if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') process.stdout.write(event.delta.text)
  else console.log(event.type)
}

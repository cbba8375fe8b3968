// One message, and what the response around it says.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const { data: message, response } = await client.messages
  .create({
    model: 'global.anthropic.claude-sonnet-5',
    anthropic_version: 'bedrock-2023-05-31', // Anthropic's client says another by itself, ours does not
    max_tokens: 1024,
    messages: [{ role: 'user', content: 'Hello!' }],
  })
  .withResponse()
console.log(response.status, message.role, message.stop_reason, message.usage)
for (const block of message.content) console.log(block)

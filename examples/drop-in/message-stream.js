// A stream with a helper around it, which tells of whole blocks and of the whole message.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const stream = client.messages
  .stream({
    model: 'global.anthropic.claude-sonnet-5',
    anthropic_version: 'bedrock-2023-05-31', // Anthropic's client says another by itself, ours does not
    max_tokens: 1024,
    messages: [{ role: 'user', content: 'How do I list the files of a folder, and of the folders in it?' }],
  })
  .on('contentBlock', (block) => console.log('block', block))
  .on('message', ({ stop_reason }) => console.log('message', stop_reason))
let events = 0
for await (const _ of stream) events += 1
console.log(events > 3, await stream.finalText())

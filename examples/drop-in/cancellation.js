// Two ways to leave a stream: out of the loop, and from elsewhere.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const ask = () =>
  client.messages.create({
    model: 'global.anthropic.claude-sonnet-5',
    max_tokens: 500,
    messages: [{ role: 'user', content: 'How do I list the files of a folder?' }],
    stream: true,
  })

for await (const event of await ask()) {
  if (event.type === 'content_block_delta') break
}
console.log('left')

const stream = await ask()
for await (const event of stream) if (event.type === 'content_block_start') stream.controller.abort()
console.log('aborted', stream.controller.signal.aborted)

// A tool, called by hand.
import assert from 'node:assert'
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const client = new AnthropicBedrock()
const shared = {
  model: 'global.anthropic.claude-sonnet-5',
  max_tokens: 1024,
  tools: [
    {
      name: 'get_weather',
      description: 'Get the weather of a place',
      input_schema: { type: 'object', properties: { place: { type: 'string' } } },
    },
  ],
}
const question = { role: 'user', content: 'What is the weather in Oslo?' }
const message = await client.messages.create({ ...shared, messages: [question] })
assert(message.stop_reason === 'tool_use')
const use = message.content.find(({ type }) => type === 'tool_use')
console.log(use.name, use.input)

const result = { type: 'tool_result', tool_use_id: use.id, content: 'Snow, -3 °C' }
const final = await client.messages.create({
  ...shared,
  messages: [question, { role: 'assistant', content: message.content }, { role: 'user', content: [result] }],
})
console.log(final.stop_reason, final.content)

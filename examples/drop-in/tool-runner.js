// A tool that the SDK calls by itself.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'

const client = new AnthropicBedrock()
const message = await client.beta.messages.toolRunner({
  model: 'global.anthropic.claude-sonnet-5',
  max_tokens: 1024,
  max_iterations: 10,
  messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
  tools: [
    betaTool({
      name: 'getWeather',
      description: 'Get the weather of a place',
      inputSchema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
      run: ({ place }) => `Snow in ${place}, -3 °C`,
    }),
  ],
})
console.log(message.stop_reason, message.content)

// LangChain's ChatAnthropic, with Claude on Bedrock behind it.
import assert from 'node:assert/strict'
import { ChatAnthropic } from '@langchain/anthropic'
import { tool } from '@langchain/core/tools'
import { createBedrockFetch } from '@outcrop/client/transport'
import { z } from 'zod'

const model = new ChatAnthropic({
  model: 'claude-opus-4-6',
  apiKey: 'unused',
  maxTokens: 256,
  clientOptions: { fetch: createBedrockFetch() },
})

const answer = await model.invoke('What is a mill?')
assert.equal(answer.response_metadata.stop_reason, 'end_turn')
assert.ok(answer.text.length > 0)
console.log('invoked:', answer.text)

let streamed = ''
for await (const chunk of await model.stream('And a millstone?')) streamed += chunk.text
assert.ok(streamed.length > 0)
console.log('streamed:', streamed)

const getWeather = tool(({ city }) => `Fog in ${city}, 8 °C`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
})
const asked = await model.bindTools([getWeather]).invoke('What is the weather in Paris?')
assert.equal(asked.tool_calls?.[0]?.name, 'get_weather')
console.log('asked for a tool:', asked.tool_calls[0].args)

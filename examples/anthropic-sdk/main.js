// Anthropic's own SDK asks Claude on Bedrock: nothing changes but the `fetch` that it is given.
import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import { createBedrockFetch } from '@outcrop/client/transport'

// The Region, the endpoint and the keys come from the environment, as everywhere on AWS; the SDK wants a key and it is not used.
const client = new Anthropic({ apiKey: 'unused', fetch: createBedrockFetch() })
const model = 'claude-opus-4-6'

const message = await client.messages.create({
  model,
  max_tokens: 256,
  messages: [{ role: 'user', content: 'What is a mill?' }],
})
assert.equal(message.stop_reason, 'end_turn')
assert.equal(message.content[0]?.type, 'text')
console.log('created:', message.content[0].text)

const stream = client.messages.stream({
  model,
  max_tokens: 256,
  messages: [{ role: 'user', content: 'And a millstone?' }],
})
let streamed = ''
stream.on('text', (text) => (streamed += text))
const finished = await stream.finalMessage()
assert.deepEqual(finished.content, [{ type: 'text', text: streamed }])
console.log('streamed:', streamed)

const tools = [
  {
    name: 'get_weather',
    description: 'The weather of a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
]
const asked = [{ role: 'user', content: 'What is the weather in Paris?' }]
const call = await client.messages.create({ model, max_tokens: 256, messages: asked, tools })
assert.equal(call.stop_reason, 'tool_use')
const use = call.content.find(({ type }) => type === 'tool_use')
assert.equal(use?.name, 'get_weather')
const answered = await client.messages.create({
  model,
  max_tokens: 256,
  tools,
  messages: [
    ...asked,
    { role: 'assistant', content: call.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'Fog, 8 °C' }] },
  ],
})
assert.equal(answered.stop_reason, 'end_turn')
console.log('used a tool:', use.input)

const { input_tokens } = await client.messages.countTokens({ model, messages: asked })
assert.ok(input_tokens > 0)
console.log('counted:', input_tokens)

const refusal = await client.messages
  .create({ model, max_tokens: 256, messages: asked, temperature: 7 })
  .catch((error) => error)
assert.ok(refusal instanceof Anthropic.BadRequestError)
assert.equal(refusal.type, 'invalid_request_error')
assert.equal(typeof refusal.requestID, 'string')
console.log('refused:', refusal.message)

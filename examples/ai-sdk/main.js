// Vercel's AI SDK through its Anthropic provider: everything the provider knows of Claude, on Bedrock.
import assert from 'node:assert/strict'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createBedrockFetch } from '@outcrop/client/transport'
import { generateText, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'

const anthropic = createAnthropic({ apiKey: 'unused', fetch: createBedrockFetch() })
const model = anthropic('claude-opus-4-6')

const generated = await generateText({ model, prompt: 'What is a mill?' })
assert.equal(generated.finishReason, 'stop')
assert.ok(generated.text.length > 0 && generated.usage.outputTokens > 0)
console.log('generated:', generated.text)

const stream = streamText({ model, prompt: 'And a millstone?' })
let streamed = ''
for await (const part of stream.textStream) streamed += part
assert.equal(await stream.text, streamed)
assert.equal(await stream.finishReason, 'stop')
console.log('streamed:', streamed)

const cities = []
const withTool = await generateText({
  model,
  prompt: 'What is the weather in Paris?',
  stopWhen: stepCountIs(3),
  tools: {
    getWeather: tool({
      description: 'The weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => {
        cities.push(city)
        return `Fog in ${city}, 8 °C`
      },
    }),
  },
})
assert.equal(cities.length, 1)
assert.equal(withTool.steps.length, 2)
assert.equal(withTool.finishReason, 'stop')
console.log('used a tool for:', cities)

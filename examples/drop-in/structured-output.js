// An answer that is an object, checked by a schema.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { z } from 'zod'

const client = new AnthropicBedrock()
const message = await client.messages.parse({
  model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'What are the first three primes?' }],
  output_config: { format: zodOutputFormat(z.object({ primes: z.array(z.number()) })) },
})
console.log(message.stop_reason, Array.isArray(message.parsed_output.primes))

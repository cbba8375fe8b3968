// Middleware sees what is asked in Anthropic's words, whatever is sent, and every attempt.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const seen = []
const logger = async (request, next) => {
  seen.push(`${request.method} ${new URL(request.url).pathname}`)
  const response = await next(request)
  seen.push(`${response.status}`)
  return response
}
const usage = async (request, next, context) => {
  const response = await next(request)
  const message = await context.parse(response)
  seen.push(`${message.type}, ${message.usage.output_tokens > 0}`)
  return response
}
const client = new AnthropicBedrock({ middleware: [logger, usage] })
await client.messages.create(
  { model: 'global.anthropic.claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hello!' }] },
  {
    middleware: [
      async (request, next) => {
        seen.push(`inside ${JSON.parse(request.body).model}`)
        return next(request)
      },
    ],
  },
)
console.log(seen)

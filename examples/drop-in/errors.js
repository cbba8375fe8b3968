// What goes wrong is caught by the classes of Anthropic's SDK.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import { APIError, BadRequestError, PermissionDeniedError } from '@anthropic-ai/sdk'

const ask = (client, extra) =>
  client.messages
    .create({
      model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 64,
      messages: [{ role: 'user', content: 'Hello!' }],
      ...extra,
    })
    .catch((error) => error)

const refused = await ask(new AnthropicBedrock(), { temperature: 7 })
console.log(refused instanceof BadRequestError, refused instanceof APIError, refused.status)
const stranger = await ask(
  new AnthropicBedrock({ awsAccessKey: 'AKIDSTRANGER', awsSecretKey: 'secret', maxRetries: 0 }),
  {},
)
console.log(stranger instanceof PermissionDeniedError, stranger.status)

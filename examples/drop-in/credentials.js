// Credentials of one's own, where there is no chain; and keys that are given.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'

const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env
delete process.env.AWS_ACCESS_KEY_ID
delete process.env.AWS_SECRET_ACCESS_KEY

const clients = [
  new AnthropicBedrock({
    awsRegion: 'us-east-1',
    providerChainResolver: async () => async () => ({ accessKeyId, secretAccessKey }),
  }),
  new AnthropicBedrock({ awsRegion: 'us-west-2', awsAccessKey: accessKeyId, awsSecretKey: secretAccessKey }),
]
for (const client of clients) {
  const message = await client.messages.create({
    model: 'global.anthropic.claude-sonnet-5',
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Hello!' }],
  })
  console.log(client.awsRegion, message.content)
}

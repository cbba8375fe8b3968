// Who is run, with what, and how its version is read.

/**
 * @typedef {{
 *   id: string, title: string, language: import('./install.js').Language, script: readonly string[],
 *   packages: readonly string[], note?: string, slow?: true,
 * }} Client
 */

/** Every client of the run, in the order of the report. @type {readonly Client[]} */
export const clients = [
  { id: 'boto3', title: 'boto3', language: 'python', script: ['boto3_runner.py'], packages: ['boto3'] },
  {
    id: 'aws-cli',
    title: 'AWS CLI v1',
    language: 'python',
    script: ['aws_cli_runner.py'],
    packages: ['awscli'],
    slow: true,
    note: 'has no streaming commands (WIRE §11)',
  },
  {
    id: 'aws-sdk-js',
    title: 'AWS SDK for JavaScript, HTTP/2',
    language: 'node',
    script: ['aws-sdk.js', 'aws-sdk-js'],
    packages: ['@aws-sdk/client-bedrock-runtime'],
  },
  {
    id: 'aws-sdk-js-http1',
    title: 'AWS SDK for JavaScript, HTTP/1.1',
    language: 'node',
    script: ['aws-sdk.js', 'aws-sdk-js-http1'],
    packages: ['@aws-sdk/client-bedrock-runtime', '@smithy/node-http-handler'],
  },
  {
    id: 'aws-sdk-js-bedrock',
    title: 'AWS SDK for JavaScript, control plane',
    language: 'node',
    script: ['control.js'],
    packages: ['@aws-sdk/client-bedrock'],
  },
  {
    id: 'aws-sdk-js-sts',
    title: 'AWS SDK for JavaScript, STS',
    language: 'node',
    script: ['sts.js'],
    packages: ['@aws-sdk/client-sts'],
  },
  {
    id: 'anthropic-python',
    title: 'Anthropic SDK for Python, AnthropicBedrock',
    language: 'python',
    script: ['anthropic_runner.py'],
    packages: ['anthropic'],
  },
  {
    id: 'anthropic-typescript',
    title: 'Anthropic SDK for TypeScript, AnthropicBedrock',
    language: 'node',
    script: ['anthropic.js'],
    packages: ['@anthropic-ai/bedrock-sdk', '@anthropic-ai/sdk'],
  },
  {
    id: 'ai-sdk',
    title: 'AI SDK, Converse provider',
    language: 'node',
    script: ['ai-sdk.js', 'ai-sdk'],
    packages: ['@ai-sdk/amazon-bedrock', 'ai'],
  },
  {
    id: 'ai-sdk-anthropic',
    title: 'AI SDK, Anthropic-on-Bedrock provider',
    language: 'node',
    script: ['ai-sdk.js', 'ai-sdk-anthropic'],
    packages: ['@ai-sdk/amazon-bedrock', 'ai'],
  },
  {
    id: 'aws-sdk-go',
    title: 'AWS SDK for Go v2',
    language: 'go',
    script: ['aws-sdk-go'],
    packages: ['bedrockruntime', 'bedrock', 'sts'].map((name) => `aws/aws-sdk-go-v2/service/${name}`),
    note: 'the endpoint from `AWS_ENDPOINT_URL_*`; a bearer key through TLS in front of the endpoint, except for `key.long-term`',
  },
  {
    id: 'anthropic-go',
    title: 'Anthropic SDK for Go, `bedrock`',
    language: 'go',
    script: ['anthropic-go'],
    packages: ['anthropics/anthropic-sdk-go/v2'],
  },
  {
    id: 'aws-sdk-java',
    title: 'AWS SDK for Java v2, Apache for whole answers, Netty for streams',
    language: 'java',
    script: ['aws-sdk-java'],
    packages: ['bedrockruntime', 'bedrock', 'sts'].map((name) => `software.amazon.awssdk:${name}`),
  },
  {
    id: 'curl',
    title: 'curl',
    language: 'node',
    script: ['curl.js'],
    packages: ['@aws/bedrock-token-generator'],
    note: 'the short-term key is made by `@aws/bedrock-token-generator`',
  },
  {
    id: 'environment',
    title: 'A shell after `outcrop env`',
    language: 'node',
    script: ['environment.js'],
    packages: [],
    note: 'the AWS CLI, AnthropicBedrock in Python and TypeScript, boto3 and curl against an endpoint that needs no credentials',
  },
  {
    id: 'replay',
    title: 'Replayed: Anthropic SDKs for PHP, Ruby, C# and Java',
    language: 'node',
    script: ['replay.js'],
    packages: [],
    note: 'not run: the raw requests that the sources of these SDKs build, sent byte for byte with fresh signatures',
  },
]

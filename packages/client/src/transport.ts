// The door `@outcrop/client/transport`: Bedrock for whatever takes a `fetch`. Every name here is a promise.
export { ConfigurationError } from './configuration-error.ts'
export { CredentialError } from './credentials/credential-error.ts'
export { mintBearer } from './credentials/mint-bearer.ts'
export type { MintBearerOptions } from './credentials/mint-bearer.ts'
export { BedrockConnectionError } from './reliability/connection-error.ts'
export { TimeLimitError } from './reliability/time-limit-error.ts'
export type { AnswerReport } from './cost/answer-report.ts'
export type { MessageCost } from './cost/cost-of-message.ts'
export { createBedrockFetch } from './transport/create-bedrock-fetch.ts'
export { prepare } from './transport/prepare-exchange.ts'
export type { PreparedExchange, PrepareOptions } from './transport/prepare-exchange.ts'
export type { Exchange } from './transport/anthropic-call.ts'
export type { Audience, HttpRequest } from './transport/http-request.ts'
export type {
  ApiKeyProvider,
  AwsCredentials,
  BatchOptions,
  BatchS3Options,
  BedrockCallOptions,
  BedrockOptions,
  CallReport,
  ClientWire,
  CredentialProvider,
  Residency,
  ScopePreference,
  TimeLimits,
} from './options.ts'

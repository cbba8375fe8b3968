export { AnthropicBedrock, AnthropicBedrock as default } from './anthropic/anthropic-bedrock.ts'
export { AnthropicBedrockMantle } from './anthropic/anthropic-bedrock-mantle.ts'
export type { BedrockMantleClientOptions } from './anthropic/anthropic-bedrock-mantle.ts'
export type { BedrockBeta, BedrockBetaMessages } from './anthropic/beta.ts'
export type { BedrockAnswer, BedrockModel, WithBedrock } from './anthropic/call-params.ts'
export type { ClientOptions } from './anthropic/client-options.ts'
export {
  BedrockConfigurationError,
  BedrockCredentialError,
  BedrockTimeoutError,
  StreamTruncatedError,
} from './anthropic/errors.ts'
export type { BedrockMessages } from './anthropic/messages.ts'
export { BaseAnthropic } from '@anthropic-ai/sdk/client'
export {
  AnthropicError,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from '@anthropic-ai/sdk/core/error'
export { ConfigurationError } from './configuration-error.ts'
export { createControl } from './control/control.ts'
export type { Control, FoundationModelFilters, InferenceProfileFilters } from './control/control.ts'
export type { ControlCall } from './control/control-call.ts'
export type { FoundationModel, ModelLifecycle } from './control/foundation-model.ts'
export { getCallerIdentity } from './control/get-caller-identity.ts'
export type { CallerIdentity, CallerIdentityOptions } from './control/get-caller-identity.ts'
export type { InferenceProfile } from './control/inference-profile.ts'
export type { ModelInvocationJob, ModelInvocationJobStatus } from './control/model-invocation-job.ts'
export { toLiveRegion } from './control/to-live-region.ts'
export { CredentialError } from './credentials/credential-error.ts'
export { findAwsCredentials } from './credentials/find-aws-credentials.ts'
export { mintBearer } from './credentials/mint-bearer.ts'
export type { MintBearerOptions } from './credentials/mint-bearer.ts'
export type {
  ApiKeyProvider,
  AwsCredentials,
  BatchOptions,
  BatchS3Options,
  BedrockOptions,
  CredentialProvider,
} from './options.ts'
export type { AnswerReport } from './cost/answer-report.ts'
export { costContextOf } from './cost/cost-context.ts'
export { costOfMessage } from './cost/cost-of-message.ts'
export type { CostContext, MessageCost } from './cost/cost-of-message.ts'
export { createUsageMeter } from './cost/usage-meter.ts'
export type { UsageMeter } from './cost/usage-meter.ts'
export { DocumentError } from './documents/document-error.ts'
export type { DocumentFault } from './documents/document-error.ts'
export { pdfBlock } from './documents/pdf-block.ts'
export type { PdfBlock, PdfOptions } from './documents/pdf-block.ts'
export { endpointsFor } from './endpoint/endpoints.ts'
export type { LiveProfile, LiveRegion } from './models/live-profiles.ts'
export type { BedrockModelId } from './models/model-ids.ts'
export type { ModelFault, ModelTarget, ResolvedCall, TargetContext } from './models/model-target.ts'
export { resolveTargets } from './models/resolve-targets.ts'
export { BedrockFailureError } from './reliability/bedrock-failure.ts'
export type { BedrockFailure } from './reliability/bedrock-failure.ts'
export { BedrockConnectionError } from './reliability/connection-error.ts'
export { TimeLimitError } from './reliability/time-limit-error.ts'

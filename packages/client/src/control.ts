// The door that needs no peer: an account's lists, who calls, and where a model is called.

export { createControl } from './control/control.ts'
export type { Control, FoundationModelFilters, InferenceProfileFilters } from './control/control.ts'
export type { ControlCall } from './control/control-call.ts'
export type { ApplicationProfiles, NewInferenceProfile, Tags } from './control/application-profiles.ts'
export type { LoggingBucket, LoggingConfig, LoggingConfiguration } from './control/logging-configuration.ts'
export type {
  JobInput,
  JobNetwork,
  JobOutput,
  ModelInvocationJob,
  ModelInvocationJobStatus,
} from './control/model-invocation-job.ts'
export type {
  ModelInvocationJobFilters,
  ModelInvocationJobs,
  NewModelInvocationJob,
} from './control/model-invocation-jobs.ts'
export type {
  AccountDataRetention,
  DataRetentionMode,
  FoundationModelAvailability,
  ModelAccess,
  ModelOffer,
  RateCardItem,
  UseCaseForm,
} from './control/model-access.ts'
export type { FoundationModel, ModelLifecycle } from './control/foundation-model.ts'
export { getCallerIdentity } from './control/get-caller-identity.ts'
export type { CallerIdentity, CallerIdentityOptions } from './control/get-caller-identity.ts'
export type { InferenceProfile } from './control/inference-profile.ts'
export { toLiveRegion } from './control/to-live-region.ts'
export { listServiceQuotas } from './control/service-quotas.ts'
export type { ServiceQuota, ServiceQuotasOptions } from './control/service-quotas.ts'
export { createInvocationLogging } from './logging/invocation-logging.ts'
export type {
  InvocationLogging,
  InvocationLoggingInput,
  InvocationLoggingOptions,
  InvocationLoggingState,
} from './logging/invocation-logging.ts'
export { LogFileError } from './logging/read-log-file.ts'
export type { LogRange } from './logging/read-logs.ts'
export { findAwsCredentials } from './credentials/find-aws-credentials.ts'
export { endpointsFor } from './endpoint/endpoints.ts'
export type { LiveProfile, LiveRegion } from './models/live-profiles.ts'
export type { ModelFault, ModelTarget, ResolvedCall, TargetContext } from './models/model-target.ts'
export { resolveTargets } from './models/resolve-targets.ts'
export { suggestModel } from './models/suggest-model.ts'
export { BedrockFailureError } from './reliability/bedrock-failure.ts'
export type { BedrockFailure } from './reliability/bedrock-failure.ts'
export { BedrockConnectionError } from './reliability/connection-error.ts'
export { TimeLimitError } from './reliability/time-limit-error.ts'
export { ConfigurationError } from './configuration-error.ts'
export { CredentialError } from './credentials/credential-error.ts'
export type { AwsCredentials, BedrockOptions, CredentialProvider } from './options.ts'

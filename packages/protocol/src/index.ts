// The door of the package: every name here is a promise.

// quotas
export { serviceQuotaName } from './quotas/quota-names.ts'
export type { ServiceQuotaKind, ServiceQuotaName } from './quotas/quota-names.ts'

// failures
export { failures } from './failures/failures.ts'
export type { FailureCode, FailureLayer, FailureRow } from './failures/failures.ts'
export { GatewayError } from './failures/gateway-error.ts'
export type { FailureMembers, GatewayErrorOptions } from './failures/gateway-error.ts'
export { toAnthropicError, toAwsError, toExceptionFrame, toGatewayError } from './failures/render.ts'
export type { AnthropicError, AwsError, ExceptionFrame, StreamOperation } from './failures/render.ts'
export { batchTexts } from './failures/batch-texts.ts'
export { texts } from './failures/texts.ts'

// messages
export { judgeFields } from './messages/judge-fields.ts'
export type { FieldJudgement } from './messages/judge-fields.ts'
export { isCheckedByBedrock } from './messages/generation.ts'
export { answerRoom, contextWindowOf, findContextFault } from './messages/context-window.ts'
export type { ContextCall, ContextFault } from './messages/context-window.ts'
export { checkMessagesShape } from './messages/check-messages-shape.ts'
export type { CheckedShape } from './messages/check-messages-shape.ts'
export { parseAnthropicRequest, readAnthropicEnvelope } from './messages/parse-anthropic-request.ts'
export type { AnthropicContext, AnthropicEnvelope } from './messages/parse-anthropic-request.ts'
export type { Warn } from './messages/rule-context.ts'
export { parseMessagesRequest } from './messages/parse-messages-request.ts'
export type {
  BlockDelta,
  CacheControl,
  Citation,
  ContentBlock,
  DocumentBlock,
  ImageBlock,
  InvocationMetrics,
  Json,
  JsonObject,
  Message,
  MessageParam,
  MessagesRequest,
  MessageStreamEvent,
  RedactedThinkingBlock,
  StopDetails,
  ResponseBlock,
  SearchResultBlock,
  StopReason,
  TextBlock,
  Thinking,
  ThinkingBlock,
  Tool,
  ToolChoice,
  ToolResultBlock,
  ToolUseBlock,
  Usage,
} from './messages/types.ts'

// converse
export { parseConverseEvent, parseConverseResponse } from './converse/parse-converse-answer.ts'
export type { ParsedConverseEvent, ParsedConverseResponse } from './converse/parse-converse-answer.ts'
export { parseConverseRequest } from './converse/parse-converse-request.ts'
export type {
  ConverseBlock,
  ConverseMessage,
  ConverseRequest,
  ConverseResponse,
  ConverseStopReason,
  ConverseStreamEvent,
  ConverseUsage,
} from './converse/types.ts'

// catalogue
export { whatHappens } from './catalogue/capabilities.ts'
export type { Outcome } from './catalogue/capabilities.ts'
export { capabilities } from './catalogue/capability-table.ts'
export type { Capability, CapabilityEvidence, CapabilityKind, CapabilityRule } from './catalogue/capability-table.ts'
export type { CapabilityContext, Wire } from './catalogue/capability-context.ts'
export type { FieldKeys } from './catalogue/field-pattern.ts'
export { parseFieldPattern } from './catalogue/field-pattern.ts'
export { tokenizerFamilies, tokenizerFamilyOf } from './catalogue/tokenizer-families.ts'
export type { TokenizerFamily, TokenizerFamilyName } from './catalogue/tokenizer-families.ts'
export type {
  Fidelity,
  Geography,
  GuideScope,
  InferenceProfile,
  InferenceType,
  Lifecycle,
  LifecycleState,
  Modality,
  ModelEntry,
  Price,
  PriceItem,
  PriceRow,
  ProfileEvidence,
  ProfileScope,
  Scope,
  SourceId,
} from './catalogue/types.ts'
export { models } from './catalogue/models.ts'
export { burndownOf } from './catalogue/burndown.ts'
export type { Burndown, BurndownClaim } from './catalogue/burndown.ts'
export { pricesOf } from './catalogue/prices.ts'
export { catalogueSources, notesOf } from './catalogue/provenance.ts'
export { geographiesOf, geographyOf, isRegion, regions } from './catalogue/regions.ts'
export { findModel, isServedInRegion, lookUpId, profileIn, scopesOf } from './catalogue/lookups.ts'
export { lifecycleState, lifecycleWarning, successorOf } from './catalogue/lifecycle.ts'
export { modelVersion } from './catalogue/model-version.ts'
export type { NamedModel } from './catalogue/model-version.ts'
export { findCalledModel } from './catalogue/called-model.ts'
export type { CalledModel } from './catalogue/called-model.ts'
export { costOf, describeMissing } from './catalogue/cost.ts'
export { describePrices } from './catalogue/describe-prices.ts'
export type { Cost, CostInput, CostItem, MissingPrice, MissingPriceReason } from './catalogue/cost.ts'
export type { BilledItem, BilledUsage, CacheTtl } from './catalogue/billed-tokens.ts'
export { costOfTokens, parseUsd, printUsd, sumUsd } from './catalogue/pico-usd.ts'
export type { PicoUsd } from './catalogue/pico-usd.ts'
export { findMantleModel, listMantleModels } from './catalogue/mantle-models.ts'
export type { MantleInput, MantleModel } from './catalogue/mantle-models.ts'
export { resolveModel } from './catalogue/resolve-model.ts'
export { findPlainModel, resolveSurfaceModel } from './catalogue/resolve-surface-model.ts'
export type { MessagesSurface } from './catalogue/resolve-surface-model.ts'
export type { CopiedProfile, RefusedModel, Resolution, ResolvedModel, ResolveInput } from './catalogue/resolve-model.ts'
export {
  findFoundationModel,
  getFoundationModel,
  isListed,
  listFoundationModels,
} from './catalogue/foundation-models.ts'
export type {
  FoundationModelSummary,
  GetFoundationModelInput,
  ListFoundationModelsInput,
} from './catalogue/foundation-models.ts'
export { checkProfileIdentifier, getInferenceProfile, listInferenceProfiles } from './catalogue/inference-profiles.ts'
export type {
  GetInferenceProfileInput,
  InferenceProfileDetails,
  InferenceProfileSummary,
  ListInferenceProfilesInput,
} from './catalogue/inference-profiles.ts'

// control
export {
  checkAccessModelId,
  checkOfferType,
  parseCreateAgreement,
  parseDataRetention,
  parseDeleteAgreement,
  parseUseCase,
  retentionModes,
} from './control/access.ts'
export { allowNames, compileAllowList, isAllowEntry } from './control/allow-list.ts'
export type { AllowList, NamedCall } from './control/allow-list.ts'
export type { AgreementRequest, RetentionMode } from './control/access.ts'
export { retentionModesOf } from './control/retention-rules.ts'
export { rateCardOf } from './control/rate-card.ts'
export type { RateCardEntry } from './control/rate-card.ts'
export { parsePutLoggingConfiguration } from './control/logging.ts'
export type { LogBucket, LoggingConfig } from './control/logging.ts'
export { parseCreateInferenceProfile } from './control/profiles.ts'
export type { CreateInferenceProfileRequest } from './control/profiles.ts'
export {
  checkTagKeys,
  mostTags,
  parseListTagsForResource,
  parseTagResource,
  parseUntagResource,
} from './control/tags.ts'
export type { Tag } from './control/tags.ts'
export {
  jobStatuses,
  parseJobIdentifier,
  parseModelInvocationJobRequest,
  parseModelInvocationJobsQuery,
} from './control/batch.ts'
export type {
  JobStatus,
  ModelInvocationJobRequest,
  ModelInvocationJobsQuery,
  ModelInvocationType,
} from './control/batch.ts'

// guardrails
export { checkApplyGuardrailRequest } from './guardrails/check-apply-guardrail.ts'
export { findGuardrailFault, guardrailIdentifierViolation } from './guardrails/guardrail-fault.ts'
export type { GuardrailName } from './guardrails/guardrail-fault.ts'

// counting
export { estimateInputTokens } from './counting/estimate-input.ts'
export { countBlock, countText, countTool, messageTokens, toFamily, toolPromptTokens } from './counting/count-text.ts'
export type { TokenRate } from './counting/count-text.ts'
export { countTokens, cutAtTokens, pieceEnd } from './counting/tokens.ts'
export { parseCountTokensRequest } from './counting/parse-count-tokens-request.ts'
export type { CountTokensRequest } from './counting/parse-count-tokens-request.ts'
export { resolveCountingModel } from './counting/resolve-counting-model.ts'

// ids
export { parseModelId, printModelId } from './ids/model-id.ts'
export type { ModelArn, ModelArnKind, ParsedModelId } from './ids/model-id.ts'
export { decodeModelIdLabel } from './ids/model-id-label.ts'
export type { ModelIdWire } from './ids/model-id-violations.ts'
export { applicationProfileArn, foundationModelArn, inferenceProfileArn, modelInvocationJobArn } from './ids/arns.ts'
export { partitionOf } from './ids/partition.ts'

// json
export { parseJson } from './shapes/parse-json.ts'
export type { ParsedJson } from './shapes/parse-json.ts'

// base64
export { checkCoralShape, readCoralObject } from './converse/parse-converse-request.ts'
export { base64ToBytes, textToBase64 } from './shapes/base64.ts'

// words
export { nearestWord } from './words/nearest-word.ts'

// event-stream
export { crc32 } from './event-stream/crc32.ts'
export { createFrameDecoder, decodeFrames, stringHeader } from './event-stream/decode-frames.ts'
export type { Frame, FrameDecoder, FrameDecoderOptions } from './event-stream/decode-frames.ts'
export { encodeFrame } from './event-stream/encode-frame.ts'
export { FrameError } from './event-stream/frame-error.ts'
export type { FrameFault } from './event-stream/frame-error.ts'
export type { FrameHeaders, FrameHeaderValue } from './event-stream/frame-headers.ts'

// sse
export { encodeSseEvent } from './sse/encode-sse-event.ts'
export type { SseFields } from './sse/encode-sse-event.ts'
export { createSseReader, readSse } from './sse/read-sse.ts'
export type { SseEvent, SseReader } from './sse/read-sse.ts'

// sigv4
export { parseAuthorization, parseCredential, sigV4Algorithm, sigV4Terminator } from './sigv4/authorization.ts'
export type { ParsedAuthorization, SigV4Authorization, SigV4Credential } from './sigv4/authorization.ts'
export { canonicalQuery, canonicalRequest } from './sigv4/canonical-request.ts'
export type { SignableRequest } from './sigv4/canonical-request.ts'
export { emptySha256 } from './sigv4/hasher.ts'
export type { Hasher } from './sigv4/hasher.ts'
export { presign, signRequest } from './sigv4/sign-request.ts'
export type { PresignedRequest, Signed, SignedRequest, SigningScope } from './sigv4/sign-request.ts'
export { deriveSigningKey, stringToSign, verifySignature } from './sigv4/signature.ts'
export type { AwsKeys, SignatureClaim, SignatureVerdict } from './sigv4/signature.ts'
export { parseAmzDate, parseHttpDate, toAmzDate } from './sigv4/timestamp.ts'

// keys
export { parseBedrockKey } from './keys/bedrock-key.ts'
export type { BedrockKey } from './keys/bedrock-key.ts'
export { mintLongTermKey, parseLongTermKey } from './keys/long-term-key.ts'
export type { LongTermKey, MalformedKey } from './keys/long-term-key.ts'
export { longTermPrefix, shortTermPrefix } from './keys/prefixes.ts'
export { maxShortTermSeconds, mintShortTermKey, parseShortTermKey, verifyShortTermKey } from './keys/short-term-key.ts'
export type { ShortTermKey, ShortTermVerdict } from './keys/short-term-key.ts'

// mapping
export { createConverseStream } from './mapping/converse-stream.ts'
export { fromConverseResponse } from './mapping/from-converse-response.ts'
export type { AnswerOptions, ConverseRest } from './mapping/from-converse-response.ts'
export { losses } from './mapping/losses.ts'
export { createMessagesStream } from './mapping/messages-stream.ts'
export type { ConverseStreamEnd, MessagesStream, MessagesStreamOptions } from './mapping/messages-stream.ts'
export { toConverseRequest } from './mapping/to-converse-request.ts'
export type { ConverseSettings, ConverseTranslation } from './mapping/to-converse-request.ts'
export { toConverseResponse } from './mapping/to-converse-response.ts'
export { toMessagesRequest } from './mapping/to-messages-request.ts'

// log-record
export { accountLogPrefix, hourLogPrefix, permissionCheckKey } from './log-record/log-layout.ts'
export type { LogPlace } from './log-record/log-layout.ts'
export { readModelInvocationLog } from './log-record/model-invocation-log.ts'
export type { LoggedInput, LoggedOutput, ModelInvocationLog } from './log-record/model-invocation-log.ts'

// The door of the package: every name here is a promise.

// failures
export { failures } from './failures/failures.ts'
export type { FailureCode, FailureLayer, FailureRow } from './failures/failures.ts'
export { GatewayError } from './failures/gateway-error.ts'
export type { FailureMembers, GatewayErrorOptions } from './failures/gateway-error.ts'
export { toAnthropicError, toAwsError, toExceptionFrame, toGatewayError } from './failures/render.ts'
export type { AnthropicError, AwsError, ExceptionFrame, StreamOperation } from './failures/render.ts'
export { texts } from './failures/texts.ts'

// messages
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
} from './catalogue/types.ts'

// words
export { nearestWord } from './words/nearest-word.ts'

/** Converse as Bedrock carries it (WIRE §3.5, §6): bytes are base64 strings in JSON. */
import type { JsonObject } from '../messages/types.ts'

/** Marks what stands before it for the prompt cache. */
export interface CachePoint {
  readonly type: 'default'
  readonly ttl?: '5m' | '1h'
}

/** Where the bytes of an image or document come from: exactly one key. */
interface ImageSource {
  readonly bytes?: string
  readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string }
}
interface DocumentSource {
  readonly bytes?: string
  readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string }
  readonly text?: string
  readonly content?: readonly { readonly text: string }[]
}

type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp'
/** The kinds of document that the service model names. */
export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md'

/** An image, in a message or a tool's result. */
export interface ConverseImage {
  readonly format: ImageFormat
  readonly source: ImageSource
}

/** A document, in a message or a tool's result. */
export interface ConverseDocument {
  readonly name: string
  readonly source: DocumentSource
  readonly format?: DocumentFormat
  readonly context?: string
  readonly citations?: { readonly enabled: boolean }
}

/** A passage that the caller found, which the answer may cite. */
export interface ConverseSearchResult {
  readonly source: string
  readonly title: string
  readonly content: readonly { readonly text: string }[]
  readonly citations?: { readonly enabled: boolean }
}
interface ConverseToolUse {
  readonly toolUseId: string
  readonly name: string
  readonly input: JsonObject
  /** On answers since 2025; absent in requests (WIRE §6.2). */
  readonly type?: 'tool_use'
}
interface ConverseToolResult {
  readonly toolUseId: string
  readonly content?: readonly ToolResultContent[]
  readonly status?: 'success' | 'error'
}

/** What a tool's result holds: exactly one key. */
export type ToolResultContent =
  | { readonly text: string }
  | { readonly json: JsonObject }
  | { readonly image: ConverseImage }
  | { readonly document: ConverseDocument }
  | { readonly searchResult: ConverseSearchResult }
  | { readonly video: JsonObject }

/** Where a cited text stands; ends are exclusive. */
export type CitationLocation =
  | { readonly documentChar: { readonly documentIndex: number; readonly start: number; readonly end: number } }
  | { readonly documentPage: { readonly documentIndex: number; readonly start: number; readonly end: number } }
  | { readonly documentChunk: { readonly documentIndex: number; readonly start: number; readonly end: number } }
  | {
      readonly searchResultLocation: {
        readonly searchResultIndex: number
        readonly start: number
        readonly end: number
      }
    }

/** A cited text and where it stands. */
export interface ConverseCitation {
  readonly location: CitationLocation
  readonly sourceContent: readonly { readonly text: string }[]
  readonly source?: string
  readonly title?: string
}

type ReasoningContent =
  | { readonly reasoningText: { readonly text: string; readonly signature?: string } }
  | { readonly redactedContent: string }

/** A content block: exactly one key. */
export type ConverseBlock =
  | { readonly text: string }
  | { readonly image: ConverseImage }
  | { readonly document: ConverseDocument }
  | { readonly video: JsonObject }
  | { readonly audio: JsonObject }
  | { readonly toolUse: ConverseToolUse }
  | { readonly toolResult: ConverseToolResult }
  | { readonly reasoningContent: ReasoningContent }
  | { readonly cachePoint: CachePoint }
  | {
      readonly citationsContent: {
        readonly content?: readonly { readonly text: string }[]
        readonly citations?: readonly ConverseCitation[]
      }
    }
  | { readonly searchResult: ConverseSearchResult }
  | { readonly guardContent: GuardContent }

type GuardContent =
  | { readonly text: { readonly text: string; readonly qualifiers?: readonly string[] } }
  | { readonly image: ConverseImage }

/** A block of the system prompt: exactly one key. */
export type SystemBlock =
  { readonly text: string } | { readonly cachePoint: CachePoint } | { readonly guardContent: GuardContent }

/** A turn of the conversation. */
export interface ConverseMessage {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: readonly ConverseBlock[]
}

interface ToolSpec {
  readonly name: string
  readonly description?: string
  readonly inputSchema: { readonly json: JsonObject }
  readonly strict?: boolean
}

/** A tool, or a cache point behind those before it: exactly one key. */
export type ConverseTool =
  | { readonly toolSpec: ToolSpec }
  | { readonly cachePoint: CachePoint }
  | { readonly systemTool: { readonly name: string } }

/** Whether a tool is called, and which: exactly one key. */
export type ConverseToolChoice =
  { readonly auto: JsonObject } | { readonly any: JsonObject } | { readonly tool: { readonly name: string } }

interface InferenceConfig {
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly stopSequences?: readonly string[]
}

interface GuardrailConfig {
  readonly guardrailIdentifier?: string
  readonly guardrailVersion?: string
  readonly trace?: 'enabled' | 'disabled' | 'enabled_full'
  readonly streamProcessingMode?: 'sync' | 'async'
}

/** The JSON body of `/model/{id}/converse` and `/converse-stream`, checked for structure. */
export interface ConverseRequest {
  readonly messages?: readonly ConverseMessage[]
  readonly system?: readonly SystemBlock[]
  readonly inferenceConfig?: InferenceConfig
  readonly toolConfig?: { readonly tools: readonly ConverseTool[]; readonly toolChoice?: ConverseToolChoice }
  readonly guardrailConfig?: GuardrailConfig
  readonly additionalModelRequestFields?: JsonObject
  readonly additionalModelResponseFieldPaths?: readonly string[]
  readonly promptVariables?: JsonObject
  readonly requestMetadata?: Readonly<Record<string, string>>
  readonly performanceConfig?: { readonly latency?: 'standard' | 'optimized' }
  readonly serviceTier?: { readonly type: 'priority' | 'default' | 'flex' | 'reserved' }
  readonly outputConfig?: {
    readonly textFormat?: {
      readonly type: 'json_schema'
      readonly structure: {
        readonly jsonSchema: { readonly schema: string; readonly name?: string; readonly description?: string }
      }
    }
    readonly effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  }
}

/** Why an answer ended, in the service model's words. */
export type ConverseStopReason =
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'guardrail_intervened'
  | 'content_filtered'
  | 'malformed_model_output'
  | 'malformed_tool_use'
  | 'model_context_window_exceeded'

/** Keys stand in alphabetical order, as on the wire; the `…Count` names are unmodelled duplicates (WIRE §6.3). */
export interface ConverseUsage {
  readonly cacheDetails?: readonly { readonly inputTokens: number; readonly ttl: '5m' | '1h' }[]
  readonly cacheReadInputTokenCount?: number
  readonly cacheReadInputTokens?: number
  readonly cacheWriteInputTokenCount?: number
  readonly cacheWriteInputTokens?: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly serverToolUsage: JsonObject
  readonly totalTokens: number
}

/** The JSON answer of Converse; keys stand in alphabetical order, as on the wire (WIRE §3.5). */
export interface ConverseResponse {
  readonly additionalModelResponseFields?: JsonObject
  readonly metrics: { readonly latencyMs: number }
  readonly output: { readonly message: { readonly content: readonly ConverseBlock[]; readonly role: 'assistant' } }
  readonly performanceConfig?: { readonly latency: string }
  readonly serviceTier?: { readonly type: string }
  readonly stopReason: ConverseStopReason
  readonly trace?: JsonObject
  readonly usage: ConverseUsage
}

/** What a `contentBlockDelta` adds to its block: exactly one key. */
export type ConverseDelta =
  | { readonly text: string }
  | { readonly toolUse: { readonly input: string } }
  | {
      readonly reasoningContent:
        { readonly text: string } | { readonly signature: string } | { readonly redactedContent: string }
    }
  | { readonly citation: ConverseCitation }

/** An event of ConverseStream: its `:event-type` and its payload without the padding `p`. */
export type ConverseStreamEvent =
  | { readonly type: 'messageStart'; readonly payload: { readonly role: 'assistant' } }
  | {
      readonly type: 'contentBlockStart'
      readonly payload: {
        readonly contentBlockIndex: number
        readonly start: {
          readonly toolUse: { readonly name: string; readonly toolUseId: string; readonly type: 'tool_use' }
        }
      }
    }
  | {
      readonly type: 'contentBlockDelta'
      readonly payload: { readonly contentBlockIndex: number; readonly delta: ConverseDelta }
    }
  | { readonly type: 'contentBlockStop'; readonly payload: { readonly contentBlockIndex: number } }
  | {
      readonly type: 'messageStop'
      readonly payload: { readonly additionalModelResponseFields?: JsonObject; readonly stopReason: ConverseStopReason }
    }
  | {
      readonly type: 'metadata'
      readonly payload: {
        readonly metrics: { readonly latencyMs: number }
        readonly performanceConfig?: { readonly latency: string }
        readonly serviceTier?: { readonly type: string }
        readonly trace?: JsonObject
        readonly usage: ConverseUsage
      }
    }

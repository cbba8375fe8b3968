/** Anthropic Messages as Bedrock carries it in InvokeModel bodies (WIRE §5): the language Outcrop thinks in. */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

export interface CacheControl {
  readonly type: 'ephemeral'
  readonly ttl?: '5m' | '1h'
}

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
  readonly citations?: readonly Citation[] | null
  readonly cache_control?: CacheControl | null
}

/** A citation, as a response carries it: where in which document the cited text stands. */
export type Citation =
  | {
      readonly type: 'char_location'
      readonly cited_text: string
      readonly document_index: number
      readonly document_title: string | null
      readonly start_char_index: number
      readonly end_char_index: number
    }
  | {
      readonly type: 'page_location'
      readonly cited_text: string
      readonly document_index: number
      readonly document_title: string | null
      readonly start_page_number: number
      readonly end_page_number: number
    }
  | {
      readonly type: 'content_block_location'
      readonly cited_text: string
      readonly document_index: number
      readonly document_title: string | null
      readonly start_block_index: number
      readonly end_block_index: number
    }
  | {
      readonly type: 'search_result_location'
      readonly cited_text: string
      readonly search_result_index: number
      readonly source: string
      readonly title: string | null
      readonly start_block_index: number
      readonly end_block_index: number
    }

export interface ImageBlock {
  readonly type: 'image'
  readonly source: { readonly type: 'base64'; readonly media_type: string; readonly data: string }
  readonly cache_control?: CacheControl | null
}

export interface DocumentBlock {
  readonly type: 'document'
  readonly source:
    | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
    | { readonly type: 'text'; readonly media_type: string; readonly data: string }
    | { readonly type: 'content'; readonly content: string | readonly ContentBlock[] }
  readonly title?: string | null
  readonly context?: string | null
  readonly citations?: { readonly enabled?: boolean } | null
  readonly cache_control?: CacheControl | null
}

export interface SearchResultBlock {
  readonly type: 'search_result'
  readonly source: string
  readonly title: string
  readonly content: readonly TextBlock[]
  readonly citations?: { readonly enabled?: boolean } | null
  readonly cache_control?: CacheControl | null
}

export interface ToolUseBlock {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  readonly input: JsonObject
  readonly cache_control?: CacheControl | null
}

export interface ToolResultBlock {
  readonly type: 'tool_result'
  readonly tool_use_id: string
  readonly content?: string | readonly ContentBlock[]
  readonly is_error?: boolean
  readonly cache_control?: CacheControl | null
}

export interface ThinkingBlock {
  readonly type: 'thinking'
  readonly thinking: string
  readonly signature: string
}

export interface RedactedThinkingBlock {
  readonly type: 'redacted_thinking'
  readonly data: string
}

/** Blocks that Outcrop understands; a block of another kind is passed on as it came, never dropped. */
export type ContentBlock =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | SearchResultBlock
  | ToolUseBlock
  | ToolResultBlock
  | ThinkingBlock
  | RedactedThinkingBlock

/** A turn. Opus 4.8 and later also take `system` turns in mid-conversation (WIRE §5.2). */
export interface MessageParam {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: string | readonly ContentBlock[]
}

export interface Tool {
  readonly name: string
  readonly description?: string
  readonly input_schema?: JsonObject
  readonly strict?: boolean
  /** Absent or `custom` for the caller's own tools; a versioned name such as `bash_20250124` for Anthropic's. */
  readonly type?: string | null
  readonly cache_control?: CacheControl | null
  readonly [key: string]: unknown
}

export type ToolChoice =
  | { readonly type: 'auto'; readonly disable_parallel_tool_use?: boolean }
  | { readonly type: 'any'; readonly disable_parallel_tool_use?: boolean }
  | { readonly type: 'tool'; readonly name: string; readonly disable_parallel_tool_use?: boolean }
  | { readonly type: 'none' }

export interface Thinking {
  readonly type: 'enabled' | 'adaptive' | 'disabled' | 'between_tools'
  readonly budget_tokens?: number
  readonly display?: string
}

/** The JSON body of `/model/{id}/invoke` and `/invoke-with-response-stream`, checked for structure. */
export interface MessagesRequest {
  readonly anthropic_version: string
  readonly max_tokens: number
  readonly messages: readonly MessageParam[]
  readonly anthropic_beta?: readonly string[]
  readonly system?: string | readonly TextBlock[]
  readonly temperature?: number
  readonly top_p?: number
  readonly top_k?: number
  readonly stop_sequences?: readonly string[]
  readonly tools?: readonly Tool[]
  readonly tool_choice?: ToolChoice
  readonly thinking?: Thinking
  readonly metadata?: { readonly user_id?: string | null }
  readonly output_config?: JsonObject
  readonly context_management?: JsonObject
  /** Marks the last block that can be marked, wherever the conversation ends. */
  readonly cache_control?: CacheControl | null
  readonly [key: string]: unknown
}

export type StopReason =
  'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'pause_turn' | 'refusal' | 'model_context_window_exceeded'

/** Token counts of an answer. `input_tokens` excludes cached tokens. */
export interface Usage {
  readonly input_tokens: number
  readonly cache_creation_input_tokens: number
  readonly cache_read_input_tokens: number
  readonly output_tokens: number
  readonly cache_creation?: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number }
  readonly output_tokens_details?: { readonly thinking_tokens: number }
  readonly service_tier?: string
}

/** What newer models say of a refusal. */
export interface StopDetails {
  readonly type: 'refusal'
  readonly category: string | null
  readonly explanation: string | null
}

/** A block of an answer. */
export type ResponseBlock = TextBlock | ToolUseBlock | ThinkingBlock | RedactedThinkingBlock

/** An answer. Key order on the wire: model, id, type, role, content, stop_reason, stop_sequence, usage (WIRE §3.4). */
export interface Message {
  readonly model: string
  readonly id: string
  readonly type: 'message'
  readonly role: 'assistant'
  readonly content: readonly ResponseBlock[]
  readonly stop_reason: StopReason | null
  readonly stop_sequence: string | null
  /** Models after 4.6 say it; it is nothing but where they refuse. */
  readonly stop_details?: StopDetails | null
  readonly usage: Usage
}

export type BlockDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string }
  | { readonly type: 'citations_delta'; readonly citation: Citation }

/** Counts at the end of a Bedrock stream, in milliseconds and tokens (WIRE §4.3). */
export interface InvocationMetrics {
  readonly inputTokenCount: number
  readonly outputTokenCount: number
  readonly invocationLatency: number
  readonly firstByteLatency: number
  readonly cacheReadInputTokenCount?: number
  readonly cacheWriteInputTokenCount?: number
}

export type MessageStreamEvent =
  | { readonly type: 'message_start'; readonly message: Message }
  | { readonly type: 'content_block_start'; readonly index: number; readonly content_block: ResponseBlock }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: BlockDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | {
      readonly type: 'message_delta'
      readonly delta: {
        readonly stop_reason: StopReason | null
        readonly stop_sequence: string | null
        readonly stop_details?: StopDetails | null
      }
      readonly usage: { readonly output_tokens: number } & Partial<Usage>
    }
  | { readonly type: 'message_stop'; readonly 'amazon-bedrock-invocationMetrics'?: InvocationMetrics }
  | { readonly type: 'ping' }
  | { readonly type: 'error'; readonly error: { readonly type: string; readonly message: string } }

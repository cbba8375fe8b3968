import type { Citation, JsonObject, MessagesRequest, StopReason } from '@outcrop/protocol'
import type { Fault, FaultName } from './faults.ts'

/** A text that must be contained, or a pattern: a regular expression, or a string written as one (`/hello/i`). */
export type TextMatch = string | RegExp

/** One text to look for, or several of which none may be missing. */
export type TextsMatch = TextMatch | readonly TextMatch[]

/** A result of a tool: every condition given must hold of the same one. */
export interface ToolResultMatch {
  readonly tool?: string
  readonly text?: TextsMatch
  readonly failed?: boolean
}

/** Which requests a script answers: every condition given must hold, and none answers them all. */
export interface ScriptMatch {
  /** The id as called, or the model that it means. */
  readonly model?: TextMatch
  readonly wire?: ScriptRequest['wire']
  /** The text of the last user turn. */
  readonly text?: TextsMatch
  readonly system?: TextsMatch
  /** The text of a tool result in the last user turn, or more about it. */
  readonly toolResult?: TextsMatch | ToolResultMatch
  /** Which turn of the user this is, from 1. */
  readonly turn?: number
  /** Tools that the request must offer, by name. */
  readonly tools?: readonly string[]
  /** Which of the calls that meet all other conditions, from 1: the second alone, or the second and the third. */
  readonly call?: number | readonly number[]
}

/** A request as scripts see it. */
export interface ScriptRequest {
  readonly modelId: string
  readonly wire: 'invoke' | 'converse' | 'messages'
  readonly text: string
  readonly system: string
  readonly turn: number
  readonly tools: readonly string[]
  readonly toolResults: ReadonlyArray<{ readonly tool: string; readonly text: string; readonly failed: boolean }>
  /** The whole request, in the language of Messages whichever wire it came by. */
  readonly body: MessagesRequest
}

/** A tool call to make; an id is found for it where none is given. */
export interface ScriptToolCall {
  readonly name: string
  readonly input?: JsonObject
  /**
   * The input as text, which need be no JSON: a stream says it as it is, as Claude's fine-grained streaming may. An answer
   * that is no stream has the object in it, or none where it is no whole one.
   */
  readonly inputText?: string
  readonly id?: string
}

/** One block of an answer, for answers whose order matters. */
export type ScriptBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations?: readonly Citation[] }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature?: string }
  /** Sealed so that it is known again, or with data that is not the simulator's at all. */
  | { readonly type: 'redacted_thinking'; readonly thinking?: string; readonly data?: string }
  | ({ readonly type: 'tool_use' } & ScriptToolCall)

/** What to answer. With nothing to say in it, the simulator finds the words. */
export interface ScriptReply {
  readonly thinking?: string
  /** What was thought and nobody may read: it comes sealed, behind what may be read. */
  readonly redactedThinking?: string
  readonly text?: string
  /** Of the text, in the spelling of Messages. */
  readonly citations?: readonly Citation[]
  readonly toolCalls?: readonly ScriptToolCall[]
  /** All blocks in their order, in place of `thinking`, `text` and `toolCalls`; none at all says nothing. */
  readonly content?: readonly ScriptBlock[]
  /** With one given, the words are not cut at `max_tokens` and stop sequences. */
  readonly stopReason?: StopReason
  readonly stopSequence?: string
  readonly usage?: {
    readonly inputTokens?: number
    readonly outputTokens?: number
    readonly cacheReadInputTokens?: number
    readonly cacheWriteInputTokens?: number
  }
  readonly pace?: { readonly tokensPerSecond?: number; readonly firstTokenMs?: number }
  readonly fault?: FaultName | Fault
}

/** What to answer to which requests: one answer, or one after the other. */
export interface Script {
  /** How a miss calls it. */
  readonly name?: string
  readonly match?: ScriptMatch | ((request: ScriptRequest) => boolean)
  readonly reply?: ScriptReply | ((request: ScriptRequest) => ScriptReply)
  readonly replies?: readonly ScriptReply[]
  /** What follows the last of `replies`: the last again (without this word), or a refusal. */
  readonly atEnd?: 'repeat' | 'fail'
  /** How often it answers before it is passed over. */
  readonly times?: number
  /** What goes wrong with every answer that does not say so itself. */
  readonly fault?: FaultName | Fault
}

/** The pattern that a text written as one means, such as `/hello/i`; throws a SyntaxError when it is none. */
export function toPattern(text: string): RegExp | undefined {
  const end = text.lastIndexOf('/')
  if (!text.startsWith('/') || end < 2 || !/^[dgimsuvy]*$/.test(text.slice(end + 1))) return undefined
  return new RegExp(text.slice(1, end), text.slice(end + 1))
}

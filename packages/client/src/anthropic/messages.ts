import type { BaseAnthropic } from '@anthropic-ai/sdk/client'
import type { APIPromise } from '@anthropic-ai/sdk/core/api-promise'
import type { Stream } from '@anthropic-ai/sdk/core/streaming'
import type { ExtractParsedContentFromParams, ParsedMessage } from '@anthropic-ai/sdk/lib/parser'
import type { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream'
import {
  type Message,
  type MessageCountTokensParams,
  type MessageCreateParamsBase,
  type MessageCreateParamsNonStreaming,
  type MessageCreateParamsStreaming,
  Messages,
  type MessageStreamParams,
  type MessageTokensCount,
  type RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages/messages'
import type { BedrockAnswer, WithBedrock } from './call-params.ts'
import { checkWholeAnswer } from './check-whole-answer.ts'
import type { RequestOptions } from './core-types.ts'

/** `client.messages`: what Bedrock has of it, with `bedrock` among the parameters. */
export interface BedrockMessages extends Omit<Messages, 'create' | 'parse' | 'stream' | 'countTokens'> {
  /** Asks for a message, whole or as a stream. */
  create(
    params: WithBedrock<MessageCreateParamsNonStreaming>,
    options?: RequestOptions,
  ): APIPromise<Message & BedrockAnswer>
  create(
    params: WithBedrock<MessageCreateParamsStreaming>,
    options?: RequestOptions,
  ): APIPromise<Stream<RawMessageStreamEvent>>
  create(
    params: WithBedrock<MessageCreateParamsBase>,
    options?: RequestOptions,
  ): APIPromise<Stream<RawMessageStreamEvent> | (Message & BedrockAnswer)>
  /** Asks for a message whose structured output is parsed and typed. */
  parse<Params extends WithBedrock<MessageCreateParamsNonStreaming>>(
    params: Params,
    options?: RequestOptions,
  ): APIPromise<ParsedMessage<ExtractParsedContentFromParams<Params>> & BedrockAnswer>
  /** Asks for a streamed message with helpers to read it. */
  stream<Params extends WithBedrock<MessageStreamParams>>(
    body: Params,
    options?: RequestOptions,
  ): MessageStream<ExtractParsedContentFromParams<Params>>
  /** Counts the input tokens of a message without asking for it. */
  countTokens(params: WithBedrock<MessageCountTokensParams>, options?: RequestOptions): APIPromise<MessageTokensCount>
}

/** Makes `client.messages`. */
export function createMessages(client: BaseAnthropic, timeout: number | undefined): BedrockMessages {
  return new CheckedMessages(client, timeout)
}

class CheckedMessages extends Messages {
  readonly #timeout: number | undefined

  constructor(client: BaseAnthropic, timeout: number | undefined) {
    super(client)
    this.#timeout = timeout
  }

  override create(params: MessageCreateParamsNonStreaming, options?: RequestOptions): APIPromise<Message>
  override create(
    params: MessageCreateParamsStreaming,
    options?: RequestOptions,
  ): APIPromise<Stream<RawMessageStreamEvent>>
  override create(
    params: MessageCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<RawMessageStreamEvent> | Message>
  override create(
    params: MessageCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<RawMessageStreamEvent> | Message> {
    checkWholeAnswer(this._client, params, options?.timeout ?? this.#timeout)
    return super.create(params, options)
  }
}

import type { BaseAnthropic } from '@anthropic-ai/sdk/client'
import type { APIPromise } from '@anthropic-ai/sdk/core/api-promise'
import type { Stream } from '@anthropic-ai/sdk/core/streaming'
import type { ExtractParsedContentFromBetaParams, ParsedBetaMessage } from '@anthropic-ai/sdk/lib/beta-parser'
import type { BetaMessageStream } from '@anthropic-ai/sdk/lib/BetaMessageStream'
import type {
  BetaToolRunner,
  BetaToolRunnerParams,
  BetaToolRunnerRequestOptions,
} from '@anthropic-ai/sdk/lib/tools/BetaToolRunner'
import { Beta } from '@anthropic-ai/sdk/resources/beta/beta'
import {
  type BetaMessage,
  type BetaMessageStreamParams,
  type BetaMessageTokensCount,
  type BetaRawMessageStreamEvent,
  type MessageCountTokensParams,
  type MessageCreateParamsBase,
  type MessageCreateParamsNonStreaming,
  type MessageCreateParamsStreaming,
  Messages,
} from '@anthropic-ai/sdk/resources/beta/messages/messages'
import { absentFromBeta, say } from './absent.ts'
import type { BedrockAnswer, WithBedrock } from './call-params.ts'
import { checkWholeAnswer } from './check-whole-answer.ts'
import type { RequestOptions } from './core-types.ts'

/** `client.beta`: messages with betas, and the list of models. */
export interface BedrockBeta extends Pick<Beta, 'models'> {
  messages: BedrockBetaMessages
}

/** `client.beta.messages`: what Bedrock has of it, with `bedrock` among the parameters. */
export interface BedrockBetaMessages extends Omit<
  Messages,
  'create' | 'parse' | 'stream' | 'countTokens' | 'toolRunner'
> {
  /** Asks for a message, whole or as a stream. */
  create(
    params: WithBedrock<MessageCreateParamsNonStreaming>,
    options?: RequestOptions,
  ): APIPromise<BetaMessage & BedrockAnswer>
  create(
    params: WithBedrock<MessageCreateParamsStreaming>,
    options?: RequestOptions,
  ): APIPromise<Stream<BetaRawMessageStreamEvent>>
  create(
    params: WithBedrock<MessageCreateParamsBase>,
    options?: RequestOptions,
  ): APIPromise<Stream<BetaRawMessageStreamEvent> | (BetaMessage & BedrockAnswer)>
  /** Asks for a message whose structured output is parsed and typed. */
  parse<Params extends WithBedrock<MessageCreateParamsNonStreaming>>(
    params: Params,
    options?: RequestOptions,
  ): APIPromise<ParsedBetaMessage<ExtractParsedContentFromBetaParams<Params>> & BedrockAnswer>
  /** Asks for a streamed message with helpers to read it. */
  stream<Params extends WithBedrock<BetaMessageStreamParams>>(
    body: Params,
    options?: RequestOptions,
  ): BetaMessageStream<ExtractParsedContentFromBetaParams<Params>>
  /** Counts the input tokens of a message without asking for it. */
  countTokens(
    params: WithBedrock<MessageCountTokensParams>,
    options?: RequestOptions,
  ): APIPromise<BetaMessageTokensCount>
  /** Asks until the model calls no more tools, and runs those that it calls. */
  toolRunner(
    body: WithBedrock<BetaToolRunnerParams> & { stream?: false },
    options?: BetaToolRunnerRequestOptions,
  ): BetaToolRunner<false>
  toolRunner(
    body: WithBedrock<BetaToolRunnerParams> & { stream: true },
    options?: BetaToolRunnerRequestOptions,
  ): BetaToolRunner<true>
  toolRunner(body: WithBedrock<BetaToolRunnerParams>, options?: BetaToolRunnerRequestOptions): BetaToolRunner<boolean>
}

/** Makes `client.beta`. */
export function createBeta(client: BaseAnthropic, timeout: number | undefined): BedrockBeta {
  const beta = new Beta(client)
  say(beta, absentFromBeta)
  return Object.assign(beta, { messages: new CheckedMessages(client, timeout) })
}

class CheckedMessages extends Messages {
  readonly #timeout: number | undefined

  constructor(client: BaseAnthropic, timeout: number | undefined) {
    super(client)
    this.#timeout = timeout
  }

  override create(params: MessageCreateParamsNonStreaming, options?: RequestOptions): APIPromise<BetaMessage>
  override create(
    params: MessageCreateParamsStreaming,
    options?: RequestOptions,
  ): APIPromise<Stream<BetaRawMessageStreamEvent>>
  override create(
    params: MessageCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<BetaRawMessageStreamEvent> | BetaMessage>
  override create(
    params: MessageCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<BetaRawMessageStreamEvent> | BetaMessage> {
    checkWholeAnswer(this._client, params, options?.timeout ?? this.#timeout)
    return super.create(params, options)
  }
}

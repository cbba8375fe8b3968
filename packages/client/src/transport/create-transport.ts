import type { BedrockOptions } from '../options.ts'
import type { Platform } from '../platform.ts'
import { type AnthropicCall, type AnthropicOperation, type Exchange, readAnthropicCall } from './anthropic-call.ts'
import { answerMessages } from './answer-messages.ts'
import { refuse } from './call-error.ts'
import { loadKnowledge } from './load-knowledge.ts'
import { readSettings, type Route } from './read-settings.ts'
import type { Settings } from './settings.ts'

/** Answers requests of Anthropic's API by asking Bedrock. */
export interface Transport {
  /** Answers as Anthropic would, failures included; throws what `fetch` throws, and `CredentialError`. */
  send(exchange: Exchange, init?: RequestInit): Promise<Response>
}

/** Creates what asks Bedrock; throws a `ConfigurationError` or a `CredentialError` for options that cannot be meant. */
export function createTransport(options: BedrockOptions, platform: Platform, route?: Route): Transport {
  const settings = readSettings(options, platform, route)
  // The first call waits for it; one that cannot be loaded is told to whoever calls.
  Promise.resolve(loadKnowledge()).catch(() => undefined)
  return {
    async send(exchange, init = {}) {
      if (batches.test(exchange.url)) {
        return (await import('../batches/answer-batches.ts')).answerBatches(exchange, settings, init)
      }
      const call = readAnthropicCall(exchange)
      if ('status' in call) return refuse(call.status, call.message)
      return operations[call.operation](call, settings, init)
    },
  }
}

const batches = /\/v1\/messages\/batches(?:[/?]|$)/

type Operate = (call: AnthropicCall, settings: Settings, init: RequestInit) => Promise<Response>

const operations: Readonly<Record<AnthropicOperation, Operate>> = {
  messages: answerMessages,
  // Rarely asked for, and never where a start has to be fast.
  countTokens: async (...given) => (await import('./count-tokens.ts')).countTokens(...given),
  listModels: async (...given) => (await import('./list-models.ts')).listModels(...given),
  retrieveModel: async (...given) => (await import('./list-models.ts')).retrieveModel(...given),
}

import { answerRoom, contextWindowOf, isCheckedByBedrock, type Message } from '@outcrop/protocol'

import type { Calibration } from '../../calibration/calibration.ts'
import type { ModelEvents } from '../../faults.ts'

import type { StatePart } from '../../state-part.ts'

import type { Backend, BackendCall } from '../backend.ts'
import { answerEvents } from './answer-events.ts'
import { toMessage, type Answer, type AnswerBlock } from './answer.ts'
import { createThinkingCheck, type ThinkingCheck } from './check-thinking.ts'
import { checkContext, refusedInStream } from './check-context.ts'
import { countInputTokens } from './count-input-tokens.ts'
import { type AnswerLimits, fitAnswer } from './fit-answer.ts'
import { asksForRefusal } from './magic-strings.ts'
import type { Media } from './media/media.ts'
import { createDocumentReader, type DocumentReader } from './media/document-reader.ts'
import { readMedia } from './media/read-media.ts'
import { createPacer, sleepByTimer, type Pace, type Sleep } from './pace.ts'
import { createPromptCache, type PromptCache } from './prompt-cache.ts'
import { readPrompt } from './prompt.ts'
import { createTokenRates, type TokenRates } from './token-rates.ts'
import { base32Id, base58Id, seedRandom } from './random.ts'
import { planBlocks } from './reply/plan-blocks.ts'

export interface SimulatorOptions {
  /** Equal seeds give equal answers to equal requests. */
  readonly seed: string
  readonly pace: Pace
  /** Milliseconds of any clock that moves forward. */
  readonly now: () => number
  /** What real calls taught about families of tokenizers; without it the catalogue's estimates hold. */
  readonly calibration?: Calibration | undefined
  /** How to wait; a timer unless a test has something quicker. */
  readonly sleep?: Sleep
}

/** What somebody else wants the simulator to say, and how: everything around that stays its own. */
export interface Lines {
  readonly blocks?: readonly AnswerBlock[]
  /** Whether the words may go on past `max_tokens` and stop sequences. */
  readonly unlimited: boolean
  readonly pace: Partial<Pace>
}

/** A backend whose words can be given to it. */
export interface Simulator extends Backend {
  complete(call: BackendCall, lines?: Lines): Promise<Message>
  stream(call: BackendCall, lines?: Lines): Promise<ModelEvents>
  /** The prompts in its cache: the part of the state that it holds. */
  readonly promptCache: StatePart
}

/** Creates the backend that answers without a model: deterministic, honest about what it is, true to Claude's rules. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { now, sleep = sleepByTimer } = options
  const documents = createDocumentReader()
  const cache = createPromptCache(now)
  const rates = createTokenRates(options.calibration, simulated)
  const prepare = createPreparation({
    seed: options.seed,
    documents,
    cache,
    thinking: createThinkingCheck(options.seed),
    rates,
  })
  return {
    name: 'simulator',
    headers: simulated,
    headersFor: (model) => rates.of(model).headers,
    async complete(call, lines): Promise<Message> {
      const pace = lines === undefined ? options.pace : { ...options.pace, ...lines.pace }
      // The wait begins with the call, and a document may take as long to read. The signal of a call that need not wait
      // is never read: to make one costs more than a short answer.
      const pacer = pace.firstTokenMs > 0 ? createPacer(pace, now, sleep, call.signal) : undefined
      const answer = await prepare(call, lines)
      await pacer?.until(0)
      return toMessage(answer)
    },
    async countTokens(call): Promise<number> {
      return countInputTokens(call.request, rates.of(call.model), await readCallMedia(call, documents))
    },
    async stream(call, lines): Promise<ModelEvents> {
      const pace = lines === undefined ? options.pace : { ...options.pace, ...lines.pace }
      const pacer = createPacer(pace, now, sleep, call.signal)
      try {
        return answerEvents(await prepare(call, lines), pacer)
      } catch (cause) {
        return refusedInStream(cause, call)
      }
    },
    promptCache: cache,
  }
}

const simulated: Backend['headers'] = [['x-outcrop-simulated', 'true']]

/** What answers are made with. */
interface Means {
  readonly seed: string
  readonly documents: DocumentReader
  readonly cache: PromptCache
  readonly thinking: ThinkingCheck
  readonly rates: TokenRates
}

function createPreparation(means: Means): (call: BackendCall, lines?: Lines) => Answer | Promise<Answer> {
  return (call, lines) => {
    means.thinking.check(call.request)
    const media = readCallMedia(call, means.documents)
    return media instanceof Promise
      ? media.then((read) => answerWith(call, read, means, lines))
      : answerWith(call, media, means, lines)
  }
}

function readCallMedia(call: BackendCall, documents: DocumentReader): Media | Promise<Media> {
  const { model, request, documentMode, wire } = call
  return readMedia(request, {
    model: model.anthropicName,
    contextWindow: contextWindowOf(model, request.anthropic_beta),
    documentMode,
    wire,
    documents,
    call,
  })
}

function answerWith(call: BackendCall, media: Media, means: Means, lines: Lines | undefined): Answer {
  const { model, request, documentMode } = call
  const { seed, cache, thinking, rates } = means
  const rate = rates.of(model)
  const inputTokens = countInputTokens(request, rate, media)
  checkContext(call, inputTokens)
  const random = seedRandom(seed, model.modelId, request, documentMode)
  // Recorded of Opus 4.8; the line is drawn where the rest of the answer changes too.
  const isDetailed = !isCheckedByBedrock(model)
  const id = `msg_bdrk_${isDetailed ? base32Id(random) : `01${base58Id(random)}`}`
  const plan = { request, media, model, seed, random }
  const isRefused = lines?.blocks === undefined && asksForRefusal(request, model)
  const blocks = isRefused ? [] : (lines?.blocks ?? planBlocks({ ...plan, prompt: readPrompt(request) }))
  const room = answerRoom(inputTokens, { model, betas: request.anthropic_beta, maxTokens: request.max_tokens })
  const limits = {
    maxTokens: room.tokens,
    whenReached: room.stopReason,
    stopSequences: request.stop_sequences ?? [],
  }
  const cut = fitAnswer(blocks, lines?.unlimited === true ? noLimits : limits)
  const fitted = { ...cut, ...(isRefused && refusal), blocks: thinking.seal(cut.blocks, blocks) }
  // Last, because a call that is refused writes nothing.
  return { id, model: model.anthropicName, inputTokens, cached: cache.charge(call, media, rate), isDetailed, ...fitted }
}

/** Claude says nothing, and is paid for having read. [?] What its first tokens would have cost. */
const refusal = { stopReason: 'refusal', outputTokens: 1 } as const

const noLimits: AnswerLimits = { maxTokens: Infinity, stopSequences: [] }

import type { ModelEntry } from '../catalogue/types.ts'
import type { ConverseBlock, ConverseResponse } from '../converse/types.ts'
import type { Warn } from '../messages/rule-context.ts'
import type { Message, ResponseBlock } from '../messages/types.ts'
import { readAnswerFields } from './answer-fields.ts'
import { fromConverseCitation } from './citation.ts'
import { fromConverseAnswerBlock } from './from-converse-block.ts'
import { sayLoss } from './losses.ts'
import { fromConverseStopReason } from './stop-reason.ts'
import { fromConverseUsage } from './usage.ts'

/** What Converse does not say of an answer and Messages does. */
export interface AnswerOptions {
  readonly model: Pick<ModelEntry, 'anthropicName'>
  /** Stands for the message's own id where that was not given: `msg_bdrk_` and the id of the call, say. */
  readonly id: string
  /** Hears of what Messages has no word for. */
  readonly warn?: Warn | undefined
}

/** What Converse says of an answer and a Messages answer has no place for. */
export type ConverseRest = Pick<
  ConverseResponse,
  'additionalModelResponseFields' | 'metrics' | 'performanceConfig' | 'serviceTier' | 'stopReason' | 'trace'
>

/** Translates a parsed answer of Converse into Messages; what that has no place for stands beside it. */
export function fromConverseResponse(
  response: ConverseResponse,
  { model, id, warn }: AnswerOptions,
): { readonly message: Message; readonly rest: ConverseRest } {
  const { output, usage } = response
  const rest = restOf(response)
  const fields = readAnswerFields(rest.additionalModelResponseFields)
  const stop_reason = fromConverseStopReason(rest.stopReason, fields.stop_reason)
  if (stop_reason === undefined) warn?.(sayLoss('stopReasonUnknown', `stopReason ${rest.stopReason}`))
  const message: Message = {
    model: fields.model ?? model.anthropicName,
    id: fields.id ?? id,
    type: 'message',
    role: 'assistant',
    content: output.message.content.flatMap((block, index) => fromBlock(block, `content.${index}`, warn)),
    stop_reason: stop_reason ?? 'end_turn',
    stop_sequence: fields.stop_sequence ?? null,
    ...(fields.stop_details === undefined ? {} : { stop_details: fields.stop_details }),
    usage: fromConverseUsage(usage, fields.usage),
  }
  return { message, rest }
}

/** Picks the members that stand beside a message. */
export function restOf(answer: ConverseRest): ConverseRest {
  const { additionalModelResponseFields, metrics, performanceConfig, serviceTier, stopReason, trace } = answer
  return {
    ...(additionalModelResponseFields === undefined ? {} : { additionalModelResponseFields }),
    metrics,
    ...(performanceConfig === undefined ? {} : { performanceConfig }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    stopReason,
    ...(trace === undefined ? {} : { trace }),
  }
}

function fromBlock(block: ConverseBlock, at: string, warn: Warn | undefined): readonly ResponseBlock[] {
  const one = fromConverseAnswerBlock(block)
  if (one === undefined) {
    warn?.(sayLoss('answerBlockUnknown', `${at}.${Object.keys(block)[0] ?? ''}`))
    return []
  }
  const citations = 'citationsContent' in block ? (block.citationsContent.citations ?? []) : []
  for (const [index, citation] of citations.entries()) {
    if (fromConverseCitation(citation) === undefined)
      warn?.(sayLoss('citationPlaceUnknown', `${at}.citations.${index}`))
  }
  return [one]
}

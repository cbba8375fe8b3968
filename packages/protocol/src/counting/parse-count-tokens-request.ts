import type { Fidelity, ModelEntry } from '../catalogue/types.ts'
import { checkConverseRules, checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { conversePromptShape } from '../converse/shape.ts'
import type { ConverseRequest } from '../converse/types.ts'
import { toMessagesRequest } from '../mapping/to-messages-request.ts'
import { parseMessagesRequest } from '../messages/parse-messages-request.ts'
import type { Warn } from '../messages/rule-context.ts'
import type { MessagesRequest } from '../messages/types.ts'
import { base64ToBytes, isBase64 } from '../shapes/base64.ts'
import { blob, object, union } from '../shapes/shape.ts'

/** A request to be counted, and the wire that it would be sent on. */
export interface CountTokensRequest {
  readonly wire: 'invoke' | 'converse'
  readonly request: MessagesRequest
}

interface CountTokensBody {
  readonly input: { readonly invokeModel?: { readonly body: string }; readonly converse?: ConverseRequest }
}

/** Parses the body of CountTokens (WIRE §3.6); throws what the same request would be refused with on its own wire. */
export function parseCountTokensRequest(
  body: Uint8Array,
  context: { readonly model: ModelEntry; readonly fidelity: Fidelity; readonly warn?: Warn },
): CountTokensRequest {
  const value: unknown = readCoralObject(body)
  checkCoralShape(shape, value)
  const { invokeModel, converse = {} } = (value as CountTokensBody).input // the shape has just been checked
  if (invokeModel !== undefined) {
    return { wire: 'invoke', request: parseMessagesRequest(base64ToBytes(invokeModel.body), context) }
  }
  const request = toPrompt(converse)
  checkConverseRules(request, context)
  return { wire: 'converse', request: toMessagesRequest(request, context) }
}

const shape = object({
  required: {
    input: union({
      invokeModel: object({ required: { body: blob(isBase64) }, dropsNull: true }),
      converse: conversePromptShape,
    }),
  },
  dropsNull: true,
})

/** Other members of Converse are unknown here, and coral ignores what it does not know (WIRE §6.5). */
function toPrompt({ messages, system, toolConfig, additionalModelRequestFields }: ConverseRequest): ConverseRequest {
  return {
    ...(messages && { messages }),
    ...(system && { system }),
    ...(toolConfig && { toolConfig }),
    ...(additionalModelRequestFields && { additionalModelRequestFields }),
  }
}

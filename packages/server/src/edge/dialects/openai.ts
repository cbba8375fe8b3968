import type { GatewayError, MantleModel, MessagesSurface } from '@outcrop/protocol'
import type { Reply } from '../../exchange.ts'
import type { Headers } from './aws-json.ts'
import { createdAt, statusOf, surfaceHeaders } from './messages.ts'

/** A refusal as OpenAI's clients read it (WIRE §5.6). */
export function openAiErrorReply(
  surface: MessagesSurface,
  requestId: string,
  error: GatewayError,
  extra: Headers,
): Reply {
  const { status, type } = statusOf(surface, error)
  // Recorded of a model that the route does not serve; [?] every other code.
  const code = error.code === 'validation' ? 'validation_error' : type
  const body = { error: { code, message: error.message, param: null, type } }
  return {
    status,
    headers: [...surfaceHeaders(surface, requestId, 'application/json'), ...extra],
    body: Buffer.from(JSON.stringify(body)),
  }
}

/** Mantle's list of models, in OpenAI's shape. */
export function openAiModels(models: readonly MantleModel[]): unknown {
  return { object: 'list', data: models.map(openAiModel) }
}

/** One model of mantle, in OpenAI's shape. */
export function openAiModel({ mantleId, model }: MantleModel): unknown {
  const created = Math.floor(createdAt(model) / 1000)
  return { id: mantleId, object: 'model', created, owned_by: 'anthropic' } // [?] the owner
}

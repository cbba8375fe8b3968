import { type Fidelity, parseCountTokensRequest } from '@outcrop/protocol'
import type { Admission } from './admission/admission.ts'
import { answerHeaders, type Backend } from './backends/backend.ts'
import type { Call } from './call.ts'
import { jsonReply } from './edge/dialects/aws-json.ts'
import { throwFromModel } from './edge/dialects/converse.ts'
import { unknownGuardrail } from './edge/dialects/guardrail.ts'
import type { Reply } from './exchange.ts'
import { permitModel } from './permit-model.ts'
import { routeCountingModel } from './routing/route-model.ts'
import type { Reader } from './storage/store.ts'
import type { WarningHeaders } from './warnings.ts'

/** What counting needs of the gateway. */
export interface CountTokensOptions {
  readonly backend: Backend
  readonly admission: Admission
  readonly fidelity: Fidelity
  readonly store: Reader
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** What the caller should hear of a model, as headers. */
  readonly warn: WarningHeaders
}

/** Answers CountTokens: what the same request would be charged with, and nothing else (WIRE §3.6). */
export async function answerCountTokens(
  rawModelId: string,
  { requestId, exchange, body, identity }: Call,
  { backend, admission, fidelity, now, store, warn }: CountTokensOptions,
): Promise<Reply> {
  const { region, account } = identity
  const { takesFaults = false } = backend
  const routed = permitModel(admission, { caller: identity, rawModelId, action: 'bedrock:CountTokens' }, () =>
    routeCountingModel({ rawModelId, region, account, fidelity, now: now(), store, takesFaults }),
  )
  const { model, modelId, askedFault } = routed
  const warnings: string[] = []
  const { wire, request } = parseCountTokensRequest(body, { model, fidelity, warn: (text) => warnings.push(text) })
  if ('amazon-bedrock-guardrailConfig' in request) throw unknownGuardrail()
  const counted = backend.countTokens({
    requestId,
    scope: routed.scope,
    model,
    modelId,
    askedFault,
    wire,
    caller: identity,
    headers: exchange.headers,
    request,
    documentMode: wire === 'converse' ? 'per-citations' : 'visual',
    // Read when somebody waits: most calls need none.
    get signal() {
      return exchange.signal
    },
  })
  const inputTokens = await (wire === 'converse' ? counted.catch(throwFromModel) : counted)
  return jsonReply(requestId, { inputTokens }, [...answerHeaders(backend, model), ...warn(routed, warnings)])
}

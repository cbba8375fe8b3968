import type { BedrockOptions } from '@outcrop/client/control'
import { costContextOf } from '@outcrop/client/cost'
import { createBedrockFetch } from '@outcrop/client/transport'
import type { BilledUsage } from '@outcrop/protocol'
import { costOfAnswer } from '../chat/answer-cost.ts'
import { parseObject, readRefusal } from '../chat/read-refusal.ts'
import { isRecord } from '../chat/is-record.ts'
import { printable } from '../io.ts'

/** Asks for the shortest answer that there is, and says what answered and what it took; a refusal is a `CommandFailure`. */
export async function callOnce(options: BedrockOptions, model: string, signal: AbortSignal): Promise<string> {
  const call = createBedrockFetch(options)
  const response = await call('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }),
    signal,
  })
  if (!response.ok) throw await readRefusal(response)
  const message = parseObject(await response.text())
  const { headers } = response
  const modelId = headers.get('x-outcrop-model-id') ?? model
  const took = describeUsage(message, headers)
  const simulated = headers.get('x-outcrop-simulated') === 'true' ? ', simulated' : ''
  return printable(`${modelId} answered on the wire ${headers.get('x-outcrop-wire') ?? 'invoke'}: ${took}${simulated}`)
}

function describeUsage(message: Readonly<Record<string, unknown>>, headers: Headers): string {
  const usage = isRecord(message['usage']) ? message['usage'] : {}
  const { input_tokens: input, output_tokens: output } = usage
  const context = costContextOf(headers, message)
  if (!isCount(input) || !isCount(output) || context === undefined) return 'no token count'
  const billed: BilledUsage = { input_tokens: input, output_tokens: output }
  const { usd } = costOfAnswer(billed, context)
  return `${input} tokens in, ${output} out, ${usd === null ? 'cost unknown' : `$${usd}`}`
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

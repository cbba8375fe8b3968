import type { CostContext } from './cost-of-message.ts'

/**
 * What the price of an answer depends on, read from the headers of its response and, for what Converse says in its body,
 * from the message or the last event of a stream; `undefined` for a response that this client did not give.
 */
export function costContextOf(headers: Headers, answer?: unknown): CostContext | undefined {
  const modelId = headers.get('x-outcrop-model-id')
  const region = headers.get('x-outcrop-region')
  if (modelId === null || region === null) return undefined
  const converse = objectAt(answer, 'amazon-bedrock-converse')
  return {
    modelId,
    pricedAs: headers.get('x-outcrop-priced-as') ?? undefined,
    region,
    // Both are echoes of what was asked for (WIRE §3.2, §6.1).
    latency:
      headers.get('x-amzn-bedrock-performanceconfig-latency') ??
      textAt(objectAt(converse, 'performanceConfig'), 'latency'),
    serviceTier: headers.get('x-amzn-bedrock-service-tier') ?? textAt(objectAt(converse, 'serviceTier'), 'type'),
  }
}

function objectAt(value: unknown, member: string): Readonly<Record<string, unknown>> {
  const found = isObject(value) ? value[member] : undefined
  return isObject(found) ? found : {}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function textAt(object: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = object[member]
  return typeof value === 'string' ? value : undefined
}

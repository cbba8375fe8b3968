import type { BilledUsage } from '@outcrop/protocol'

/** Reads from the events of a stream what the answer took. */
export interface UsageMeter {
  /** Looks at an event: its name and its JSON, which is parsed where it can say something of usage or price alone. */
  readonly see: (event: { readonly name: string; readonly data: string }) => void
  /** What has been counted so far; `null` where no event said it. */
  readonly usage: () => BilledUsage | null
  /** The event that ended the stream, where Converse says its tier and latency; absent before. */
  readonly end: () => unknown
}

/** Starts to count a stream: `message_start` has the input, `message_delta` the output and whatever changed (WIRE §4.3). */
export function createUsageMeter(): UsageMeter {
  const counted = new Map<string, unknown>()
  let end: unknown
  return {
    see({ name, data }) {
      if (name === 'message_stop') end = parseObject(data)
      if (name !== 'message_start' && name !== 'message_delta') return
      const event = parseObject(data)
      const holder = name === 'message_start' ? objectAt(event, 'message') : event
      for (const [field, value] of Object.entries(objectAt(holder, 'usage'))) {
        if (value !== null) counted.set(field, value)
      }
    },
    usage: () => usageOf({ usage: Object.fromEntries(counted) }),
    end: () => end,
  }
}

/** The usage of a message that nothing is known of; `null` where it has none. */
export function usageOf(message: unknown): BilledUsage | null {
  const { usage } = toObject(message)
  return isBilled(usage) ? usage : null
}

function isBilled(usage: unknown): usage is BilledUsage {
  const { input_tokens, output_tokens } = toObject(usage)
  return typeof input_tokens === 'number' && typeof output_tokens === 'number'
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return toObject(JSON.parse(text))
  } catch {
    return {}
  }
}

function objectAt(object: Record<string, unknown>, member: string): Record<string, unknown> {
  return toObject(object[member])
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

import { isBase64 } from '../shapes/base64.ts'
import { anyObject, anything, blob, integer, list, type Members, object, type Shape, string } from '../shapes/shape.ts'
import type { ConverseStreamEvent } from './types.ts'

// What the service model promises of answers [M]. What it may add later passes: it is for the mapping to know it or not.
const struct = (required: Members['required'] = {}, optional: Members['optional'] = {}): Shape =>
  object({ required, optional, dropsNull: true })

const index = integer({ least: 0 })
const texts = list(struct({ text: string() }))
const span = struct({ documentIndex: index, start: index, end: index })

const citation = struct(
  {},
  {
    title: string(),
    source: string(),
    sourceContent: texts,
    location: struct(
      {},
      {
        documentChar: span,
        documentPage: span,
        documentChunk: span,
        searchResultLocation: struct({ searchResultIndex: index, start: index, end: index }),
      },
    ),
  },
)

const block = struct(
  {},
  {
    text: string(),
    toolUse: struct({ toolUseId: string({ least: 1 }), name: string({ least: 1 }), input: anything }),
    reasoningContent: struct(
      {},
      {
        reasoningText: struct({ text: string() }, { signature: string() }),
        redactedContent: blob(isBase64),
      },
    ),
    citationsContent: struct({}, { content: texts, citations: list(citation) }),
  },
)

const metadata = {
  usage: struct(
    { inputTokens: index, outputTokens: index },
    {
      cacheReadInputTokens: index,
      cacheWriteInputTokens: index,
      cacheDetails: list(struct({ inputTokens: index, ttl: string() })),
    },
  ),
  metrics: struct({ latencyMs: index }),
}

const extras = {
  additionalModelResponseFields: anyObject,
  performanceConfig: anyObject,
  serviceTier: anyObject,
  trace: anyObject,
}

/** The shape of an answer of Converse. */
export const converseResponseShape: Shape = struct(
  { output: struct({ message: struct({ content: list(block) }) }), stopReason: string(), ...metadata },
  extras,
)

/** The shapes of the events of ConverseStream, by their type. */
export const converseEventShapes: { readonly [T in ConverseStreamEvent['type']]: Shape } = {
  messageStart: struct(),
  contentBlockStart: struct({
    contentBlockIndex: index,
    start: struct({}, { toolUse: struct({ toolUseId: string({ least: 1 }), name: string({ least: 1 }) }) }),
  }),
  contentBlockDelta: struct({
    contentBlockIndex: index,
    delta: struct(
      {},
      {
        text: string(),
        toolUse: struct({ input: string() }),
        reasoningContent: struct({}, { text: string(), signature: string(), redactedContent: blob(isBase64) }),
        citation,
      },
    ),
  }),
  contentBlockStop: struct({ contentBlockIndex: index }),
  messageStop: struct({ stopReason: string() }, extras),
  metadata: struct(metadata, extras),
}

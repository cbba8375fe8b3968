import type { FieldKeys, Json, JsonObject } from '@outcrop/protocol'
import type { Draft } from './draft.ts'

/** What is done about something that a model does not take. */
export type Adaptation =
  /** Left out; `so` says what the caller loses. */
  | { readonly kind: 'strip'; readonly so: string; readonly what?: (keys: FieldKeys) => FieldKeys }
  | { readonly kind: 'change'; readonly so: string; readonly apply: (draft: Draft, keys: FieldKeys) => void }
  /** An answer without it would not be what was asked for; `advice` says what to do instead. */
  | { readonly kind: 'refuse'; readonly advice: string }
  /** Somebody else makes up for it: structured output. */
  | { readonly kind: 'keep' }

const strip = (so: string): Adaptation => ({ kind: 'strip', so })
const stripParent = (so: string): Adaptation => ({ kind: 'strip', so, what: parentOf })
const refuse = (advice: string): Adaptation => ({ kind: 'refuse', advice })
const parentOf = (keys: FieldKeys): FieldKeys => keys.slice(0, -1)

const lowerEffort: Adaptation = {
  kind: 'change',
  so: 'the effort high was asked for instead',
  apply: (draft, keys) => draft.set(keys, 'high'),
}

const noSharing = strip('the cache is not shared beyond what Bedrock shares')

/** What is done about each row of the capability table that refuses or drops; a row that is not here is refused. */
export const adaptations: Readonly<Record<string, Adaptation>> = {
  temperature: strip('the model chooses'),
  'temperature & top_p': strip('temperature alone decides'),
  'anthropic_version=2026-10-21 & top_p': strip('the model chooses'),
  'anthropic_version=2026-10-21 & top_k': strip('the model chooses'),
  'tool_choice.type=any|tool': refuse("Set tool_choice to {type: 'auto'} and ask for the tool in the prompt."),
  'thinking.type=enabled': {
    kind: 'change',
    so: 'adaptive thinking was asked for instead; output_config.effort says how much',
    apply: (draft, keys) => {
      const { budget_tokens: _budget, ...thinking } = objectAt(draft, parentOf(keys))
      draft.set(parentOf(keys), { ...thinking, type: 'adaptive' })
    },
  },
  'thinking.type=adaptive': {
    kind: 'change',
    so: 'half of max_tokens was given as budget_tokens instead, or nothing where that is less than 1024',
    apply: (draft, keys) => draft.set(parentOf(keys), fixedThinking(draft, parentOf(keys))),
  },
  'thinking.type=disabled': stripParent('this model always thinks'),
  thinking: strip('this model does not think'),
  'output_config.format': { kind: 'keep' },
  'output_config.effort': strip('the model uses the effort that it has'),
  'output_config.effort=xhigh': lowerEffort,
  'output_config.effort=max': lowerEffort,
  'tools[].strict=true': strip("nothing holds the tool's input to its schema: check it"),
  'tools[].defer_loading': strip('the tool is there from the start'),
  'tools[].eager_input_streaming': strip("the tool's input arrives in larger pieces"),
  'tools[].cache_control.scope': noSharing,
  'system[].cache_control.scope': noSharing,
  'messages[].content[].cache_control.scope': noSharing,
  'messages[].content[].content[].cache_control.scope': noSharing,
  'cache_control.scope': noSharing,
  'tools[].type=web_search_*|web_fetch_*|code_execution_*|advisor_*|mcp_toolset*': refuse(
    'Bedrock runs no server tools: offer a tool of your own, and run it yourself.',
  ),
  'tools[].type=tool_search_tool_bm25*': refuse('Use tool_search_tool_regex_20251119.'),
  'messages[].content[].source.type=url|file': refuse('Send the bytes as base64: pdfBlock fetches and reads PDFs.'),
  'messages[-1].role=assistant': refuse(
    'End with a user message; ask for the form of the answer in the prompt, or with output_config.format.',
  ),
  'messages[].role=system': refuse('Put it into system.'),
  'prompt caching': strip('this model caches nothing'),
  'prompt caching for 1h': strip('what is cached lives for five minutes'),
  'fine-grained tool streaming': strip("the tool's input arrives in larger pieces"),
  cache_control: strip('nothing is cached by itself: mark blocks with cache_control'),
  context_management: strip('the context is neither edited nor compacted'),
  inference_geo: refuse("Say where data may be processed with the client's residency and scope."),
  fallbacks: strip("no other model is asked; the client's failover asks other Regions"),
  mcp_servers: refuse('Connect to the servers yourself, and offer what they have as tools.'),
  container: refuse('Bedrock has neither containers nor Skills.'),
  speed: strip('it answers at its usual speed; see bedrock.latency and bedrock.serviceTier'),
  '*': strip('this model knows no such member'),
}

function objectAt(draft: Draft, keys: FieldKeys): JsonObject {
  const value = draft.get(keys)
  return isObject(value) ? value : {}
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Thinking with a fixed budget, as models up to 4.5 have it: at least 1,024 tokens, and fewer than `max_tokens`. */
function fixedThinking(draft: Draft, keys: FieldKeys): Json | undefined {
  const maxTokens = draft.get(['max_tokens'])
  const budget_tokens = typeof maxTokens === 'number' ? Math.floor(maxTokens / 2) : 0
  return budget_tokens < 1_024 ? undefined : { ...objectAt(draft, keys), type: 'enabled', budget_tokens }
}

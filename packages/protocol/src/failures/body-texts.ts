/**
 * What Bedrock and Claude say of a Messages body, word for word: what the capability table refuses with, too. Apart from the other
 * texts, so that a client that judges a body does not carry all that an endpoint can say.
 */

const reformat = 'please reformat your input and try again.'

/** Every text about the members of a body, by what is wrong. */
export const bodyTexts = {
  // WIRE §5.5: the body of InvokeModel.
  /** One violation is written out, several are only counted. */
  malformedInput: (violations: readonly string[]) =>
    violations.length > 1
      ? `Malformed input request: ${violations.length} schema violations found, ${reformat}`
      : `Malformed input request: ${violations[0] ?? ''}, ${reformat}`,
  /** `model` and `stream` in the body, which the legacy validator writes out in one line. */
  malformedInputJoined: (violations: readonly string[]) =>
    `Malformed input request: ${violations.join('')}, ${reformat}`,
  // Seen for bytes that are no JSON, without a reason between the two halves [?].
  malformedJson: `Malformed input request, ${reformat}`,
  requiredKey: (pointer: string, key: string) => `${pointer}: required key [${key}] not found`,
  extraneousKey: (pointer: string, key: string) => `${pointer}: extraneous key [${key}] is not permitted`,
  expectedType: (pointer: string, expected: string, found: string) =>
    `${pointer}: expected type: ${expected}, found: ${found}`,
  messagesSubject: '#: subject must not be valid against schema {"required":["messages"]}',
  notOnTextCompletions: (anthropicName: string) =>
    `"${anthropicName}" is not supported on this API. Please use the Messages API instead.`,
  invalidBetaFlag: 'invalid beta flag',
  /** Models after 4.6 sometimes pass on the whole Anthropic error object. */
  anthropicObject: (message: string) =>
    JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }),
  extraInput: (path: string) => `${path}: Extra inputs are not permitted`,
  temperatureAndTopP: '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  temperatureDeprecated: '`temperature` is deprecated for this model.',
  // Quoted by users of Opus 4.7 and 4.8 on Bedrock; [?] the next two.
  thinkingTypeUnsupported: (type: string) =>
    `"thinking.type.${type}" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
  adaptiveThinkingUnsupported: 'adaptive thinking is not supported on this model',
  forcedToolUnsupported: 'tool_choice: forcing tool use is not supported for this model.',
  // Quoted from Bedrock by users of Haiku 4.5 and Sonnet 4.5, of Sonnet 4.6, and of Opus 4.6 and later.
  effortUnsupported: 'This model does not support the effort parameter.',
  effortLevelUnsupported: (level: string, supported: string) =>
    `This model does not support effort level '${level}'. Supported levels: ${supported}.`,
  prefillUnsupported:
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  // Anthropic's own text; [?] which models before 4.8 say it on Bedrock.
  unexpectedSystemRole:
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
  // Quoted by users of structured outputs on Bedrock and of strict tools on Anthropic's own API.
  additionalPropertiesMissing: "For 'object' type, 'additionalProperties' must be explicitly set to false",
  additionalPropertiesUnsupported: (given: string) =>
    `For 'object' type, 'additionalProperties: ${given}' is not supported. Please set 'additionalProperties' to false`,
  schemaKeywordsUnsupported: (type: string, keywords: readonly string[]) =>
    keywords.length === 1
      ? `For '${type}' type, property '${keywords.join('')}' is not supported`
      : `For '${type}' type, properties ${keywords.join(', ')} are not supported`,
  minItemsUnsupported: "For 'array' type, 'minItems' values other than 0 or 1 are not supported", // [?]
  toolTypeUnsupported: (type: string) => `tool type '${type}' is not supported`,
  // [?] pydantic's words for an unknown variant of a source; nobody recorded Bedrock's.
  sourceUnsupported: (path: string, type: string) =>
    `${path.replace(/\.type$/, '')}: Input tag '${type}' found using 'type' does not match any of the expected tags: 'base64'`,
  fieldDeprecated: (field: string) => `\`${field}\` is deprecated for this model.`, // [?] beside `temperature`
  countingUnsupported: "The provided model doesn't support counting tokens.",
  promptCachingUnsupported:
    'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
} as const

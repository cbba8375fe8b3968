import { accessTexts } from './access-texts.ts'
import { bodyTexts } from './body-texts.ts'
import { controlTexts } from './control-texts.ts'

/**
 * What Bedrock says when it refuses, word for word: one builder a text, each with its place in WIRE.
 * Apostrophes written `’` are U+2019, as AWS writes them: clients match on them.
 */

const modelErrors = 'The model returned the following errors: '

/** Every text that Outcrop refuses with, by what is wrong. */
export const texts = {
  // WIRE §2.3: the front door.
  invalidSecurityToken: 'The security token included in the request is invalid.',
  expiredSecurityToken: 'The security token included in the request is expired', // no final stop, as recorded
  signatureMismatch:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  /** Times as `20240312T141610Z`. */
  signatureExpired: (signedAt: string, earliest: string, now: string) =>
    `Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - 5 min.)`,
  // [?] The wording of the future case is inferred from the past one.
  signatureNotYetCurrent: (signedAt: string, latest: string, now: string) =>
    `Signature not yet current: ${signedAt} is still later than ${latest} (${now} + 5 min.)`,
  invalidScopeRegion: 'Credential should be scoped to a valid region.', // [?]
  invalidScopeService: (service: string) => `Credential should be scoped to correct service: '${service}'.`,
  missingAuthenticationToken: 'Missing Authentication Token', // [?]
  authorizationMissing: 'Authorization header is missing',
  accessDeniedByPolicy: (arn: string, action: string, resource: string) =>
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  invalidApiKey: 'Authentication failed: Please make sure your API Key is valid.',
  invalidApiKeyFormat: 'Invalid API Key format: Must start with pre-defined prefix',
  expiredApiKey: 'Bearer Token has expired', // [?]

  // WIRE §3.3: coral's own constraint failures.
  constraintViolations: (details: readonly string[]) =>
    `${details.length} validation error${details.length === 1 ? '' : 's'} detected: ${details.join('; ')}`,

  // WIRE §5.5: models and access.
  invalidModelId: 'The provided model identifier is invalid.',
  onDemandUnsupported: (modelId: string) =>
    `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  endOfLife:
    'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  legacyUnused:
    'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock',
  unresolvedModel: 'Could not resolve the foundation model from the provided model identifier.', // [?]
  useCaseMissing:
    'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model. If you have already filled out the form, try again in 15 minutes.',
  noModelAccess: "You don't have access to the model with the specified model ID.",
  marketplaceDenied:
    'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to the Amazon Bedrock documentation for further details. Your AWS Marketplace subscription for this model cannot be completed at this time. If you recently fixed this issue, try again after 5 minutes.',
  accountNotAuthorized: 'Your account is not authorized to invoke this API operation.',
  operationNotAllowed: 'Operation not allowed',
  dataRetention: (mode: string) => `data retention mode '${mode}' is not available for this model`,

  ...accessTexts,
  ...bodyTexts,
  ...controlTexts,

  inputTooLong: 'Input is too long for requested model.',
  promptTooLong: (tokens: number, maximum: number) => `prompt is too long: ${tokens} tokens > ${maximum} maximum`,
  // Quoted by users of Claude 3.7 to 4.1, from Converse with its prefix.
  contextExceeded: (tokens: number, maxTokens: number, limit: number) =>
    `input length and \`max_tokens\` exceed context limit: ${tokens} + ${maxTokens} > ${limit}, decrease input length or \`max_tokens\` and try again`,
  /** InvokeModel says the first sentence only, without a final stop. */
  maxTokensOnInvoke: (limit: number) => `The maximum tokens you requested exceeds the model limit of ${limit}`,
  maxTokensOnConverse: (limit: number) =>
    `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`,
  // [?] Anthropic's own text, said by the models after 4.6.
  maxTokensOnNewer: (asked: number, limit: number, model: string) =>
    `max_tokens: ${asked} > ${limit}, which is the maximum allowed number of output tokens for ${model}`,
  blankText: 'messages: text content blocks must contain non-whitespace text',
  emptyText: 'messages: text content blocks must be non-empty',
  // The rest of this group are Anthropic's own texts for what WIRE §5 requires; none has a recording from Bedrock [?].
  emptySystemText: 'system: text content blocks must be non-empty',
  emptyMessage: (message: number) =>
    `messages.${message}: all messages must have non-empty content except for the optional final assistant message`,
  firstMessageNotUser: 'messages: first message must use the "user" role',
  trailingWhitespace: 'messages: final assistant content cannot end with trailing whitespace',
  blankStopSequence: 'stop_sequences: each stop sequence must contain non-whitespace',
  imageTooLarge: (path: string, size: number) => `${path}: image exceeds 5 MB maximum: ${size} bytes > 5242880 bytes`,
  duplicateToolNames: 'tools: Tool names must be unique.',
  choiceWithoutTools: 'tool_choice may only be specified while providing tools.',
  unknownTool: (name: string) => `Tool '${name}' not found in provided tools`,
  duplicateToolUseIds: 'messages: `tool_use` ids must be unique',
  toolResultsMissing: (message: number, ids: readonly string[]) =>
    `messages.${message}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  unexpectedToolResult: (path: string, id: string) =>
    `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
  repeatedToolResult: (path: string, id: string) =>
    `${path}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
  budgetTooLarge: '`max_tokens` must be greater than `thinking.budget_tokens`.',
  thinkingForcesTool: 'Thinking may not be enabled when tool_choice forces tool use.',
  // Quoted from Anthropic's API and from Bedrock by users (mnfst/modelparams.dev#214, quarkus-langchain4j#1812).
  thinkingTemperature:
    '`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking',
  thinkingTopK:
    '`top_k` must be unset when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking',
  thinkingTopP:
    '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking', // [?]
  // Quoted from Bedrock (anomalyco/opencode#3077), which prints the misspelling too.
  thinkingExpected: (message: number, found: string) =>
    `messages.${message}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`,
  // Quoted from Anthropic's API (anthropics/claude-code#20705, router-for-me/CLIProxyAPI#5321, tailcallhq/forgecode#1853).
  thinkingNotFirst: (message: number, found: string) =>
    `messages.${message}.content.0: If an assistant message contains any thinking blocks, the first block must be \`thinking\` or \`redacted_thinking\`. Found \`${found}\`.`,
  thinkingLast: (message: number) =>
    `messages.${message}: The final block in an assistant message cannot be \`thinking\`.`,
  thinkingUnasked: (path: string) =>
    `${path}: When thinking is disabled, an \`assistant\` message in the final position cannot contain \`thinking\`. To use thinking blocks, enable \`thinking\` in your request.`,
  tooManyBreakpoints: (found: number) => `A maximum of 4 blocks with cache_control may be provided. Found ${found}.`,
  breakpointOrder: (path: string) =>
    `${path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,

  // WIRE §5.5: load and defects.
  tooManyRequests: 'Too many requests, please wait before trying again.',
  tooManyTokens: 'Too many tokens, please wait before trying again.',
  tooManyTokensPerDay: 'Too many tokens per day, please wait before trying again.',
  unavailable: 'Bedrock is unable to process your request.',
  unexpected: 'The system encountered an unexpected error during processing. Try your request again.',
  modelTimeout: 'Model has timed out in processing the request. Try your request again.',
  modelNotReady: 'Model is not ready for inference. Wait and try your request again.', // [?] after the first sentence

  // WIRE §6.6 and §6.2: Converse alone.
  startWithUser:
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  alternateRoles:
    'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
  blankContentBlock: (path: string) =>
    `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`,
  toolConfigMissing: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  expectedToolResults: (message: number, ids: readonly string[]) =>
    `Expected toolResult blocks at messages.${message}.content for the following Ids: ${ids.join(', ')}`,
  // Quoted by users whose tools answered with a list, or had no schema.
  jsonObjectExpected: (path: string) =>
    `The format of the value at ${path} is invalid. Provide a json object for the field and try again.`,
  schemaTypeExpected: (path: string) => `The value at ${path} must be one of the following: object.`,
  surplusToolResults: (message: number) =>
    `The number of toolResult blocks at messages.${message}.content exceeds the number of toolUse blocks of previous turn.`,
  emptyErrorResult: (path: string) => `The content field at ${path} cannot be empty when status value is error.`,
  unsupportedBlock: (block: string) =>
    `This model doesn't support the ${block} content block that you provided. Update the content block and try again.`,
  unsupportedField: (field: string) => `This model doesn't support the ${field} field. Remove ${field} and try again.`,
  toolsInStreamUnsupported: "This model doesn't support tool use in streaming mode.",
  actionUnsupported: "This action doesn't support the model that you provided.",
  // WIRE §1.3: recorded on the Anthropic route; [?] for the header form.
  requestMetadataPattern: 'Request metadata contains a value that violates the regular expression',
  // WIRE §5.6 and §1.3: the Anthropic routes.
  mantleModelMissing: 'The model does not exist',
  mantleChatUnsupported: (model: string, path: string) => `The model '${model}' does not support the '${path}' API`,
  plainModelMissing: (model: string) => `model: ${model}`, // Anthropic's own text
  anthropicInvalidJson: 'The request body is not valid JSON', // [?] Anthropic's adds what its parser says
  methodNotAllowed: 'Method Not Allowed', // [?]
  pathMissing: 'Not Found', // [?]
  // Quoted by users of InvokeModel and Converse.
  guardrailNotFound: 'The guardrail identifier or version provided in the request does not exist.',
  invalidGuardrailId: 'The provided guardrail identifier is invalid.',
  streamCutShort: 'The model stream ended before its answer was complete. Try your request again.', // [?]
  emptyContent: (message: number) =>
    `The content field in the Message object at messages.${message} is empty. Add a ContentBlock object to the content field and try again.`,
  tooManyImages: 'messages: too many images: image_count > 20',
  tooManyDocuments: "You can't include more than 5 documents in a request.",
  duplicateDocumentNames:
    "Messages can't contain duplicate document names. Rename the document and retry your request.",
  documentWithoutText: 'A text block must be included when using documents.',
  documentName:
    "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
  documentTooLarge:
    'The document exceeds the maximum document size of 4.5 MB. Use a smaller document and retry your request.', // [?]
  documentFormatMissing: 'The format field must be defined for a document with a bytes source.', // [?]
  promptVariablesUnsupported: 'The promptVariables field can only be used with a prompt from Prompt management.', // [?]
  invalidOutputSchema: 'The schema field at outputConfig.textFormat.structure.jsonSchema is not a valid JSON schema.', // [?]
  unreadableJson: 'The request body is not a valid JSON object.', // [?]
  /** What the model side says, as Converse passes it on. */
  fromModel: (text: string) => `${modelErrors}${text}`,
  toolResultsNotFound: (message: number, count: number) =>
    `messages.${message}: Did not find ${count} \`tool_result\` block(s) at the beginning of this message. Messages following \`tool_use\` blocks must begin with a matching number of \`tool_result\` blocks.`,
} as const

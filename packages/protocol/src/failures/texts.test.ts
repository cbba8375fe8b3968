import { describe, expect, it } from 'vitest'
import { texts } from './texts.ts'

const written = (rows: ReadonlyArray<readonly [said: string, expected: string]>): void => {
  it.each(rows)('says %s', (said, expected) => {
    expect(said).toBe(expected)
  })
}

describe('texts of the front door (WIRE §2.3)', () => {
  written([
    [texts.invalidSecurityToken, 'The security token included in the request is invalid.'],
    [texts.expiredSecurityToken, 'The security token included in the request is expired'],
    [
      texts.signatureMismatch,
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
    [
      texts.signatureExpired('20240312T141610Z', '20240312T151111Z', '20240312T151611Z'),
      'Signature expired: 20240312T141610Z is now earlier than 20240312T151111Z (20240312T151611Z - 5 min.)',
    ],
    [texts.invalidScopeRegion, 'Credential should be scoped to a valid region.'],
    [texts.invalidScopeService('bedrock-mantle'), "Credential should be scoped to correct service: 'bedrock-mantle'."],
    [texts.missingAuthenticationToken, 'Missing Authentication Token'],
    [texts.authorizationMissing, 'Authorization header is missing'],
    [
      texts.accessDeniedByPolicy(
        'arn:aws:iam::111122223333:user/dev',
        'bedrock:InvokeModel',
        'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
      ),
      'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0 because no identity-based policy allows the bedrock:InvokeModel action',
    ],
    [texts.invalidApiKey, 'Authentication failed: Please make sure your API Key is valid.'],
    [texts.invalidApiKeyFormat, 'Invalid API Key format: Must start with pre-defined prefix'],
    [texts.expiredApiKey, 'Bearer Token has expired'],
  ])
})

describe('texts of constraints (WIRE §3.3)', () => {
  written([
    [texts.constraintViolations(['A']), '1 validation error detected: A'],
    [texts.constraintViolations(['A', 'B']), '2 validation errors detected: A; B'],
  ])
})

describe('texts users see on /model/* (WIRE §5.5)', () => {
  written([
    [texts.invalidModelId, 'The provided model identifier is invalid.'],
    [
      texts.onDemandUnsupported('anthropic.claude-sonnet-4-5-20250929-v1:0'),
      'Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    ],
    [
      texts.malformedInputJoined([
        texts.messagesSubject,
        texts.extraneousKey('#', 'stream'),
        texts.extraneousKey('#', 'model'),
      ]),
      'Malformed input request: #: subject must not be valid against schema {"required":["messages"]}#: extraneous key [stream] is not permitted#: extraneous key [model] is not permitted, please reformat your input and try again.',
    ],
    [
      texts.malformedInput([texts.requiredKey('#', 'max_tokens')]),
      'Malformed input request: #: required key [max_tokens] not found, please reformat your input and try again.',
    ],
    [
      texts.malformedInput(['one', 'two']),
      'Malformed input request: 2 schema violations found, please reformat your input and try again.',
    ],
    [
      texts.malformedInput([texts.extraneousKey('#', 'chat_id')]),
      'Malformed input request: #: extraneous key [chat_id] is not permitted, please reformat your input and try again.',
    ],
    [
      texts.malformedInput([texts.expectedType('#/max_tokens', 'Integer', 'String')]),
      'Malformed input request: #/max_tokens: expected type: Integer, found: String, please reformat your input and try again.',
    ],
    [
      texts.notOnTextCompletions('claude-3-sonnet-20240229'),
      '"claude-3-sonnet-20240229" is not supported on this API. Please use the Messages API instead.',
    ],
    [texts.invalidBetaFlag, 'invalid beta flag'],
    [texts.fromModel(texts.invalidBetaFlag), 'The model returned the following errors: invalid beta flag'],
    [
      texts.extraInput('tools.11.custom.defer_loading'),
      'tools.11.custom.defer_loading: Extra inputs are not permitted',
    ],
    [texts.extraInput('output_config.format'), 'output_config.format: Extra inputs are not permitted'],
    [
      texts.temperatureAndTopP,
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    ],
    [texts.temperatureDeprecated, '`temperature` is deprecated for this model.'],
    [texts.inputTooLong, 'Input is too long for requested model.'],
    [texts.promptTooLong(2084831, 1000000), 'prompt is too long: 2084831 tokens > 1000000 maximum'],
    [
      texts.maxTokensOnConverse(4096),
      'The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.',
    ],
    [texts.maxTokensOnInvoke(4096), 'The maximum tokens you requested exceeds the model limit of 4096'],
    [
      texts.maxTokensOnNewer(200000, 128000, 'claude-opus-4-8'),
      'max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-8',
    ],
    [texts.blankText, 'messages: text content blocks must contain non-whitespace text'],
    [texts.operationNotAllowed, 'Operation not allowed'],
    [
      texts.promptCachingUnsupported,
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    ],
    [texts.dataRetention('default'), "data retention mode 'default' is not available for this model"],
    [texts.countingUnsupported, "The provided model doesn't support counting tokens."],
    [texts.noModelAccess, "You don't have access to the model with the specified model ID."],
    [
      texts.marketplaceDenied,
      'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to the Amazon Bedrock documentation for further details. Your AWS Marketplace subscription for this model cannot be completed at this time. If you recently fixed this issue, try again after 5 minutes.',
    ],
    [texts.accountNotAuthorized, 'Your account is not authorized to invoke this API operation.'],
    [
      texts.useCaseMissing,
      'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model. If you have already filled out the form, try again in 15 minutes.',
    ],
    [
      texts.endOfLife,
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
    ],
    [
      texts.legacyUnused,
      'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock',
    ],
    [texts.unresolvedModel, 'Could not resolve the foundation model from the provided model identifier.'],
    [texts.tooManyRequests, 'Too many requests, please wait before trying again.'],
    [texts.tooManyTokens, 'Too many tokens, please wait before trying again.'],
    [texts.tooManyTokensPerDay, 'Too many tokens per day, please wait before trying again.'],
    [texts.unavailable, 'Bedrock is unable to process your request.'],
    [texts.unexpected, 'The system encountered an unexpected error during processing. Try your request again.'],
    [texts.modelTimeout, 'Model has timed out in processing the request. Try your request again.'],
  ])
})

describe('texts that users of Converse quote and WIRE does not', () => {
  written([
    [
      texts.emptyContent(355),
      'The content field in the Message object at messages.355 is empty. Add a ContentBlock object to the content field and try again.',
    ],
    [texts.tooManyDocuments, "You can't include more than 5 documents in a request."],
    [
      texts.duplicateDocumentNames,
      "Messages can't contain duplicate document names. Rename the document and retry your request.",
    ],
    [texts.documentWithoutText, 'A text block must be included when using documents.'],
    [
      texts.documentName,
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
    ],
    [
      texts.fromModel(texts.imageTooLarge('messages.12.content.0.tool_result.content.1.image.source.base64', 5265748)),
      'The model returned the following errors: messages.12.content.0.tool_result.content.1.image.source.base64: image exceeds 5 MB maximum: 5265748 bytes > 5242880 bytes',
    ],
  ])
})

describe('texts of Converse alone (WIRE §6.6, §6.2)', () => {
  written([
    [
      texts.startWithUser,
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    ],
    [
      texts.alternateRoles,
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    ],
    [
      texts.blankContentBlock('messages.0.content.0'),
      'The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.',
    ],
    [texts.toolConfigMissing, 'The toolConfig field must be defined when using toolUse and toolResult content blocks.'],
    [
      texts.expectedToolResults(2, ['tooluse_a', 'tooluse_b']),
      'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_a, tooluse_b',
    ],
    [
      texts.surplusToolResults(2),
      'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
    ],
    [
      texts.emptyErrorResult('messages.3.content.0.toolResult'),
      'The content field at messages.3.content.0.toolResult cannot be empty when status value is error.',
    ],
    [
      texts.unsupportedBlock('video'),
      "This model doesn't support the video content block that you provided. Update the content block and try again.",
    ],
    [texts.unsupportedField('s3Uri'), "This model doesn't support the s3Uri field. Remove s3Uri and try again."],
    [texts.toolsInStreamUnsupported, "This model doesn't support tool use in streaming mode."],
    [texts.actionUnsupported, "This action doesn't support the model that you provided."],
    [
      texts.fromModel(texts.toolResultsNotFound(54, 2)),
      'The model returned the following errors: messages.54: Did not find 2 `tool_result` block(s) at the beginning of this message. Messages following `tool_use` blocks must begin with a matching number of `tool_result` blocks.',
    ],
  ])
})

import type { BedrockFailure } from './bedrock-failure.ts'

/** What a hint may know beside the failure. */
export interface HintContext {
  readonly region: string
  /** As it was sent. */
  readonly modelId?: string | undefined
  /** Finds the id that this Region takes for a model, where one is known. */
  readonly suggestModelId?: ((modelId: string) => string | undefined) | undefined
  /** By how much the server's clock is ahead of ours. */
  readonly clockAheadMs?: number | undefined
}

type Failure = Pick<BedrockFailure, 'status' | 'awsCode' | 'message'>
type Say = (match: RegExpExecArray, context: HintContext) => string

/** Says what to do next about a failure; nothing where we know no more than its message (CLIENTS §3, WIRE §2.3, §5.5). */
export function findHint(failure: Failure, context: HintContext): string | undefined {
  for (const [what, say] of byText) {
    const match = what.exec(failure.message)
    if (match !== null) return say(match, context)
  }
  const said = byCode.get(failure.awsCode ?? '') ?? byCode.get(failure.status)
  return said?.(context)
}

const suggestion = (id: string, { suggestModelId }: HintContext): string | undefined => {
  const found = suggestModelId?.(id)
  return found === undefined || found === id ? undefined : `Use "${found}".`
}

const grantMarketplace =
  'The first call to a model subscribes the account: give the role aws-marketplace:ViewSubscriptions and aws-marketplace:Subscribe, or have somebody who has them call the model once; then wait five minutes.'
const lowerTheRoom =
  'Bedrock reserves the whole of max_tokens beside the input until the answer is complete: lower max_tokens, or send less at once; a quota per minute comes back within 60 s.'
const sendSlower =
  'The quota of requests per minute is used up: send them more slowly, ask for more in Service Quotas, or add failover Regions.'
const shorten = 'Send less: drop old turns or documents, or use a model with a larger window.'
const renew =
  'Renew the credentials (aws sso login, a new session or key). With awsProfile or a credential provider instead of fixed keys this client renews them by itself.'

// The first that is found in the message. U+2019 and the plain apostrophe are both seen.
const byText: ReadonlyArray<readonly [what: RegExp, say: Say]> = [
  [
    /model ID (\S{1,2048}) with on-demand throughput isn.t supported/,
    ([, id = ''], context) =>
      suggestion(id, context) ??
      `Put an inference profile's scope before the id, such as "global.${id}", or give the bare name, such as "claude-sonnet-4-5", and the client finds the profile.`,
  ],
  [
    /^The model does not exist/,
    // Mantle's own words, where a model that the runtime has may be missing; there it would have another id.
    (_, { region }) =>
      `Mantle in ${region} does not serve it: choose the wire "invoke" or "auto", or a model of GET /v1/models there.`,
  ],
  [
    /model identifier is invalid|Could not resolve the foundation model/,
    (_, context) =>
      suggestion(context.modelId ?? '', context) ??
      `${context.modelId === undefined ? 'The id' : `"${context.modelId}"`} is misspelt or not served in ${context.region}: models.list() and "outcrop models" name what is.`,
  ],
  [
    /data retention mode '[^']{1,100}' is not available/,
    (_, { modelId = '' }) =>
      // Fable 5 takes one mode, 5.1 two (CLIENTS §3 no. 17).
      `The model needs a data retention mode of the account: ${/fable-5(?![-.]?1)/.test(modelId) ? 'provider_data_share' : 'aws_review or provider_data_share'}. Set it with PutAccountDataRetention (PUT /data-retention) or in the Bedrock console.`,
  ],
  [/aws-marketplace:/, () => grantMarketplace],
  [
    /don.t have access to the model|Operation not allowed|not authorized to invoke this API/,
    (_, { region }) =>
      `Ask for access to the model in the Bedrock console (Model access) in ${region}, or use a Region where the account has it.`,
  ],
  [
    /use case details/,
    () => 'Fill out the form in the Bedrock console (Model catalog, any Claude model), then wait 15 minutes.',
  ],
  [
    /explicit deny in a service control policy/,
    () =>
      'The organisation forbids it, often by Region: a cross-Region profile calls every Region of its geography. Ask for an exception, or use another scope.',
  ],
  [
    /bedrock:CallWithBearerToken/,
    () => 'Allow bedrock:CallWithBearerToken for the owner of the key, or sign with AWS credentials.',
  ],
  [
    /is not authorized to perform: (\S{1,200}) on resource: (\S{1,2048})/,
    ([, action = '', resource = '']) =>
      `Allow ${action} on ${resource}${resource.includes('inference-profile/') ? ' and on the foundation models behind it, in every Region that the profile routes to' : ''}.`,
  ],
  [/Bearer Token has expired|security token included in the request is expired/, () => renew],
  [
    /API Key/,
    (_, { region }) =>
      `Check the Bedrock API key: short-term keys hold only in the Region that they were made for (this call went to ${region}), and a key of Anthropic's is none.`,
  ],
  [
    /Signature expired|Signature not yet current/,
    (_, context) => sayClock(context) ?? 'The clock of this machine is wrong: set it by a time server.',
  ],
  [
    /scoped to (?:a valid region|correct service)/,
    (_, { region }) =>
      `The request was signed for another Region or service than the endpoint's: check that awsRegion (${region}) and baseURL agree.`,
  ],
  [
    /tokens per day/,
    () =>
      'The quota of the day is used up: wait for tomorrow, ask for more in Service Quotas, or add failover Regions.',
  ],
  [/[Tt]oo many tokens/, () => lowerTheRoom],
  [/prompt is too long|[Ii]nput is too long|exceed context limit/, () => shorten],
  [
    /maximum tokens you requested|maximum allowed number of output tokens/,
    () => 'Lower max_tokens to what the model can write.',
  ],
  [
    /invalid beta flag|anthropic-beta/,
    () => 'Leave out the betas that this model does not know on this wire; with capabilities "adapt" the client does.',
  ],
  [
    /([\w.]{1,300}): Extra inputs are not permitted|extraneous key \[([^\]]{1,200})\]/,
    ([, path, key]) =>
      `Leave out ${path ?? key ?? 'the field'}, or send the beta that it needs; with capabilities "adapt" the client leaves out what the model does not take.`,
  ],
  [/`(\w{1,60})`(?: is deprecated| and )/, () => 'Leave the parameter out; with capabilities "adapt" the client does.'],
  [
    /violates the regular expression/,
    () => 'metadata.user_id takes letters, digits, spaces and _ . @ only: send a hash of the id.',
  ],
  [
    /end of its life|marked by provider as Legacy/,
    (_, context) => suggestion(context.modelId ?? '', context) ?? 'Use a newer model.',
  ],
  [
    /doesn.t support counting tokens|UnknownOperationException/,
    () => 'Count on another wire, or by an older model of the same tokenizer.',
  ],
  [
    /^A page of HTML/,
    () => 'Something between here and Bedrock answered, such as a proxy: check baseURL and the proxy settings.',
  ],
]

// By AWS's name, then by status: what no text has settled.
const byCode = new Map<string | number, (context: HintContext) => string>([
  ['ExpiredTokenException', () => renew],
  [
    'UnrecognizedClientException',
    () =>
      'AWS does not know the access key: it may be deleted, of another partition, or a temporary key (ASIA…) without its session token.',
  ],
  [
    'InvalidSignatureException',
    (context) =>
      sayClock(context) ??
      'Check the secret key, and that nothing between here and AWS changes the path, the signed headers or the body.',
  ],
  [
    'MissingAuthenticationTokenException',
    () => 'Give AWS credentials or a Bedrock API key (AWS_BEARER_TOKEN_BEDROCK).',
  ],
  ['IncompleteSignatureException', () => 'The Authorization header is not whole: does a proxy change it?'],
  ['ServiceQuotaExceededException', () => 'Ask for more in Service Quotas, or use another Region.'],
  ['ModelNotReadyException', () => 'The model is being loaded: it is ready in some minutes.'],
  ['ThrottlingException', () => sendSlower],
  ['ModelTimeoutException', () => 'Stream the answer, or ask for a shorter one.'],
  [429, () => sendSlower],
  [413, () => 'The request is too large (InvokeModel takes 20 MB): send fewer or smaller images and documents.'],
])

// AWS takes five minutes of difference (WIRE §2.3).
function sayClock({ clockAheadMs = 0 }: HintContext): string | undefined {
  const minutes = Math.round(Math.abs(clockAheadMs) / 60_000)
  if (minutes < 4) return undefined
  return `The clock of this machine is ${minutes} minutes ${clockAheadMs > 0 ? 'behind' : 'ahead of'} AWS's: set it by a time server.`
}

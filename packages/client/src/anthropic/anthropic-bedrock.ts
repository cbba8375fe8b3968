import { platform } from '#platform'
import { BaseAnthropic, type Middleware } from '@anthropic-ai/sdk/client'
import type { APIPromise } from '@anthropic-ai/sdk/core/api-promise'
import type { APIError } from '@anthropic-ai/sdk/core/error'
import { Models } from '@anthropic-ai/sdk/resources/models'
import { VERSION } from '@anthropic-ai/sdk/version'
import type { BilledUsage } from '@outcrop/protocol'
import { type CostLedger, createCostLedger } from '../cost/cost-ledger.ts'
import type { MessageCost } from '../cost/cost-of-message.ts'
import type { CredentialProvider } from '../options.ts'
import { readEnv } from '../platform.ts'
import { absentFromClient, say } from './absent.ts'
import { type Backend, createBackend } from './backend.ts'
import { type BedrockBeta, createBeta } from './beta.ts'
import { type ClientOptions, coreOptions, inherit, isGiven, refuseForeignCredentials } from './client-options.ts'
import type { BuiltRequest, FinalRequestOptions } from './core-types.ts'
import { toEventStream } from './event-stream.ts'
import { heldError } from './held-errors.ts'
import { type BedrockMessages, createMessages } from './messages.ts'
import { publicPlace } from './public-place.ts'
import { snapshotJson } from './snapshot-json.ts'
import { toStatusError } from './status-error.ts'
import { toSdkError } from './thrown-errors.ts'

/**
 * Claude on Amazon Bedrock with the names of Anthropic's own client, and of its `AnthropicBedrock`, whose place it takes: only
 * the import changes. What Bedrock does not have is absent, and says so to those who ask for it all the same.
 */
export class AnthropicBedrock extends BaseAnthropic {
  // Names of the core's own that its types do not tell: whose calls traces are of.
  readonly _genAIProviderName: string = 'aws.bedrock'

  _instrumentationScope(): { version: string; platform: string } {
    return { platform: 'bedrock', version: VERSION }
  }

  messages: BedrockMessages
  beta: BedrockBeta
  models: Models = new Models(this)

  /** A Region, or `auto`. */
  awsRegion: string
  awsAccessKey: string | null
  awsSecretKey: string | null
  /** The same as `awsSecretKey`. */
  awsSecretAccessKey: string | null
  awsSessionToken: string | null
  awsProfile: string | null
  providerChainResolver: (() => Promise<CredentialProvider>) | null
  skipAuth: boolean

  readonly #given: ClientOptions
  readonly #backend: Backend
  readonly #costs: CostLedger

  /**
   * Whatever is absent comes from the environment, and what is given wins over it. Throws an `AnthropicError` for options that
   * cannot be meant; credentials are looked for at the first request.
   */
  constructor(options: ClientOptions = {}) {
    refuseForeignCredentials(options)
    const { region, baseURL } = orThrow(() => publicPlace(options, platform))
    super({ ...coreOptions(options), baseURL, apiKey: keyOf(options), authToken: null })
    this._baseURLIsExplicit = isGiven(options.baseURL)
    this.#given = options
    this.#costs = createCostLedger(options.now ?? Date.now)
    this.awsRegion = region ?? 'auto'
    this.awsAccessKey = options.awsAccessKey ?? null
    this.awsSecretKey = options.awsSecretKey ?? options.awsSecretAccessKey ?? null
    this.awsSecretAccessKey = this.awsSecretKey
    this.awsSessionToken = options.awsSessionToken ?? null
    this.awsProfile = options.awsProfile ?? null
    this.providerChainResolver = options.providerChainResolver ?? null
    this.skipAuth = options.skipAuth ?? false
    this.messages = createMessages(this, options.timeout)
    this.beta = createBeta(this, options.timeout)
    say(this, absentFromClient)
    const warn = (warning: string): void => {
      if (this.logLevel !== 'off' && this.logLevel !== 'error') this.logger.warn(warning)
    }
    this.#backend = orThrow(() =>
      createBackend({ onWarning: warn, ...options, baseURL: options.baseURL ?? undefined }, platform, this),
    )
  }

  /**
   * Says what one of the latest thousand messages of this client costs at Bedrock's list prices, whole ones and streamed ones;
   * what is not known is said. `costOfMessage` does the same for messages of which one knows the rest.
   */
  costOf(message: { readonly id: string; readonly usage: BilledUsage }): MessageCost {
    return this.#costs.costOf(message)
  }

  /** A client with other options; another Region is another URL, and other AWS credentials are none of the old ones. */
  override withOptions(options: Partial<ClientOptions>): this {
    return super.withOptions(inherit(this.#given, this.apiKey, options))
  }

  override request<Rsp>(options: Parameters<BaseAnthropic['request']>[0], remaining?: number | null): APIPromise<Rsp> {
    return super.request<Rsp>(options, remaining)._thenUnwrap((data, props) => {
      const { headers } = props.response
      // What came of a batch is read as lines, by the core.
      if (props.options.__binaryResponse === true) return data
      if (props.options.stream === true) return toEventStream(props, this, this.#costs.rememberStream(headers)) as Rsp
      this.#costs.remember(data, headers)
      return data
    })
  }

  /** A body that nobody looks at is not made text before Bedrock's own is made of it. */
  override async buildRequest(options: FinalRequestOptions, context?: { retryCount?: number }): Promise<BuiltRequest> {
    const value = snapshotJson(options.body)
    if (value === undefined) return super.buildRequest(options, context)
    if (this.middleware.length === 0 && (options.middleware ?? []).length === 0) {
      this.#backend.know(options, { value, text: undefined })
      return super.buildRequest({ ...options, body: undefined }, context)
    }
    const built = await super.buildRequest(options, context)
    if (typeof built.req.body === 'string') this.#backend.know(options, { value, text: built.req.body })
    return built
  }

  /** What logs and `JSON.stringify` show: where it calls, and no secret, though its fields can be read. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { baseURL, awsRegion, awsProfile, skipAuth, maxRetries, timeout } = this
    return { baseURL, awsRegion, awsProfile, skipAuth, maxRetries, timeout }
  }

  /** The same for `console.log` on Node, Deno and Bun. */
  [Symbol.for('nodejs.util.inspect.custom')](_depth: unknown, options: object, inspect: unknown): unknown {
    const shown = this.toJSON()
    return typeof inspect === 'function' ? `${this.constructor.name} ${String(inspect(shown, options))}` : shown
  }

  protected override backendMiddleware(): readonly Middleware[] {
    return [this.#backend.middleware]
  }

  protected override makeStatusError(
    status: number,
    error: object,
    message: string | undefined,
    headers: Headers,
  ): APIError {
    return heldError(headers) ?? toStatusError(super.makeStatusError(status, error, message, headers), headers)
  }

  protected override validateHeaders(): void {
    // Whether anything says who calls is known when credentials are looked for.
  }

  protected override _shouldResolveDefaultCredentials(): boolean {
    return false
  }

  protected override getUserAgent(): string {
    return `AnthropicBedrock/JS ${VERSION}`
  }
}

/** The key that a client shows, to middleware too; what it sends is found at each request. */
function keyOf(options: ClientOptions): string | null {
  const { apiKey, awsAccessKey, awsProfile, providerChainResolver, skipAuth } = options
  if (skipAuth === true) return null
  if (typeof apiKey === 'string') return apiKey
  const hasOther = [awsAccessKey, awsProfile, providerChainResolver].some(isGiven)
  return apiKey === undefined && !hasOther ? (readEnv(platform, 'AWS_BEARER_TOKEN_BEDROCK') ?? null) : null
}

function orThrow<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw toSdkError(error, new Headers())
  }
}

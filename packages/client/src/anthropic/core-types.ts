import type { BaseAnthropic } from '@anthropic-ai/sdk/client'

// The core declares these in modules that it does not export.

/** The options of one request. */
export type RequestOptions = NonNullable<Awaited<Parameters<BaseAnthropic['get']>[1]>>

/** The same, with the method and the path. */
export type FinalRequestOptions = Awaited<Parameters<BaseAnthropic['request']>[0]>

/** A request as the core sends it. */
export type BuiltRequest = Awaited<ReturnType<BaseAnthropic['buildRequest']>>

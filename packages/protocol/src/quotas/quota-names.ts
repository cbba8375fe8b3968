import type { ModelEntry, Scope } from '../catalogue/types.ts'
import data from './quota-names.json' with { type: 'json' }

/** What Service Quotas lists of a model's inference, by what is limited. */
export type ServiceQuotaKind =
  'requestsPerMinute' | 'tokensPerMinute' | 'tokensPerDay' | 'inputTokensPerMinute' | 'outputTokensPerMinute'

/** How Service Quotas names one quota. */
export interface ServiceQuotaName {
  readonly quotaName: string
  readonly quotaCode: string
  readonly description: string
  /** Whether AWS lets an account ask for more by itself. */
  readonly adjustable: boolean
}

const versioned: ReadonlySet<string> = new Set(data.versioned)
const codes: ReadonlyMap<string, string> = new Map(Object.entries(data.codes))

/** How AWS spells a model there: some names carry the version of its id, most do not. */
function spelled({ modelName, anthropicName }: Pick<ModelEntry, 'modelName' | 'anthropicName'>): string {
  return `Anthropic ${modelName}${versioned.has(anthropicName) ? ' V1' : ''}`
}

const operations = 'all requests to Converse, ConverseStream, InvokeModel and InvokeModelWithResponseStream'

/**
 * Names a quota as Service Quotas does (WIRE §10). Recorded names and codes are used where there are any; [?] other codes are made
 * of the name, so that they stay the same, and the descriptions of mantle and of requests are not recorded.
 */
export function serviceQuotaName(
  model: Pick<ModelEntry, 'modelName' | 'anthropicName'>,
  scope: Scope,
  kind: ServiceQuotaKind,
): ServiceQuotaName {
  const name = spelled(model)
  const quotaName = nameOf(name, scope, kind)
  const isMinute = kind === 'tokensPerMinute' || kind === 'requestsPerMinute'
  return {
    quotaName,
    quotaCode: codes.get(quotaName) ?? codeOf(quotaName),
    description: describe(name, scope, kind),
    adjustable: isMinute && scope !== 'in-region',
  }
}

function nameOf(name: string, scope: Scope, kind: ServiceQuotaKind): string {
  if (kind === 'inputTokensPerMinute') return `Bedrock Mantle input tokens per minute for ${name}`
  if (kind === 'outputTokensPerMinute') return `Bedrock Mantle output tokens per minute for ${name}`
  if (kind === 'tokensPerDay') {
    return scope === 'global'
      ? `Global cross-region model inference tokens per day for ${name}`
      : `Model invocation max tokens per day for ${name} (doubled for cross-region calls)`
  }
  const unit = kind === 'tokensPerMinute' ? 'tokens' : 'requests'
  return `${reach(scope)} model inference ${unit} per minute for ${name}`
}

function reach(scope: Scope): string {
  if (scope === 'global') return 'Global cross-region'
  return scope === 'in-region' ? 'On-demand' : 'Cross-region'
}

function describe(name: string, scope: Scope, kind: ServiceQuotaKind): string {
  const where = reach(scope).toLowerCase()
  const sum = `combined sum of input and output tokens across ${operations}.`
  switch (kind) {
    case 'tokensPerMinute':
      return `The maximum number of ${where} tokens that you can submit for model inference in one minute for ${name}. The quota considers the ${sum}`
    case 'requestsPerMinute':
      return `The maximum number of ${where} requests that you can submit for model inference in one minute for ${name}. The quota considers the combined sum of ${operations}.`
    case 'tokensPerDay':
      return `Daily maximum tokens for model inference for ${name}. Combines ${sum.replace('combined ', '')}`
    case 'inputTokensPerMinute':
      return `The maximum number of input tokens per minute that your account can submit to ${name} on the bedrock-mantle endpoint.`
    case 'outputTokensPerMinute':
      return `The maximum number of output tokens per minute that ${name} can generate for your account on the bedrock-mantle endpoint.`
  }
}

/** Eight hexadecimal digits of a name: FNV-1a. */
function codeOf(name: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return `L-${(hash >>> 0).toString(16).toUpperCase().padStart(8, '0')}`
}

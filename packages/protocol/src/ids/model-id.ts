/** What an ARN in the place of a model id can name (WIRE §3.1). */
export type ModelArnKind =
  | 'foundation-model'
  | 'inference-profile'
  | 'application-inference-profile'
  | 'provisioned-model'
  | 'custom-model'
  | 'custom-model-deployment'
  | 'imported-model'
  | 'prompt'
  | 'prompt-router'
  | 'default-prompt-router'
  | 'sagemaker-endpoint'

/** An ARN in the place of a model id, taken apart. */
export interface ModelArn {
  readonly kind: ModelArnKind
  readonly partition: string
  /** Empty only in a foundation-model ARN, as global profiles list it. */
  readonly region: string
  /** Empty in a foundation-model ARN, twelve digits in every other. */
  readonly account: string
  /** What follows the type: `anthropic.claude-opus-4-6-v1`, `us.anthropic.…`, twelve letters. */
  readonly id: string
}

/** A model id by its grammar alone: a plain name (base id, profile id, bare resource id) or an ARN. */
export type ParsedModelId = { readonly kind: 'name'; readonly id: string } | ModelArn

/** The longest `modelId` that InvokeModel and Converse accept, in characters. */
export const maxModelIdLength = 2048

interface ArnRule {
  readonly kind: ModelArnKind
  readonly service: 'bedrock' | 'sagemaker'
  /** The resource type as written in the ARN. */
  readonly type: string
  readonly id: RegExp
}

// Every pattern here is a chain of classes that exclude their separators, so each runs in linear time.
const profileId = /^[a-zA-Z0-9\-:.]+$/
const twelve = /^[a-z0-9]{12}$/
// Wider than InvokeModel's own pattern by the second `:suffix` that GetFoundationModel accepts.
const foundationId = /^[a-z0-9-]{1,63}\.[a-z0-9-]{1,126}(?:[.:][a-z0-9-]{1,126}){0,4}$/
const customId = /^(?:imported|[a-z0-9-]{1,63}\.[a-z0-9-]{1,126})(?:[.:][a-z0-9-]{1,63}){0,3}\/[a-z0-9]{12}$/

const arnRules: readonly ArnRule[] = [
  { kind: 'foundation-model', service: 'bedrock', type: 'foundation-model', id: foundationId },
  { kind: 'inference-profile', service: 'bedrock', type: 'inference-profile', id: profileId },
  { kind: 'application-inference-profile', service: 'bedrock', type: 'application-inference-profile', id: profileId },
  { kind: 'provisioned-model', service: 'bedrock', type: 'provisioned-model', id: twelve },
  { kind: 'custom-model', service: 'bedrock', type: 'custom-model', id: customId },
  { kind: 'custom-model-deployment', service: 'bedrock', type: 'custom-model-deployment', id: twelve },
  { kind: 'imported-model', service: 'bedrock', type: 'imported-model', id: twelve },
  { kind: 'prompt', service: 'bedrock', type: 'prompt', id: /^[0-9a-zA-Z]{10}(?::[0-9]{1,5})?$/ },
  { kind: 'prompt-router', service: 'bedrock', type: 'prompt-router', id: profileId },
  { kind: 'default-prompt-router', service: 'bedrock', type: 'default-prompt-router', id: profileId },
  { kind: 'sagemaker-endpoint', service: 'sagemaker', type: 'endpoint', id: /^[a-zA-Z0-9-]+$/ },
]

const ruleByResource = new Map(arnRules.map((rule) => [`${rule.service}:${rule.type}`, rule]))
const ruleByKind = new Map(arnRules.map((rule) => [rule.kind, rule]))

const partition = /^aws(?:-[^:]+)?$/
const region = /^[a-z0-9-]{1,20}$/
const sagemakerRegion = /^[a-z0-9-]+$/
const account = /^[0-9]{12}$/
const dotted = /^[a-zA-Z0-9\-:.]+$/
// `([0-9a-zA-Z][_-]?)+` in three steps, because a repeated group would keep a way back for every character.
const joined = /^[0-9a-zA-Z_-]+$/
const badJoint = /^[_-]|[_-][_-]/

/** Parses a decoded `modelId` by the grammar of WIRE §3.1, in time linear in its length; `undefined` when it breaks it. */
export function parseModelId(raw: string): ParsedModelId | undefined {
  if (raw.length > maxModelIdLength) return undefined
  return matchModelId(raw)
}

/** Prints a parsed id exactly as it was written. */
export function printModelId(parsed: ParsedModelId): string {
  if (parsed.kind === 'name') return parsed.id
  const rule = ruleByKind.get(parsed.kind)
  if (rule === undefined) throw new Error(`no ARN rule for ${parsed.kind}`)
  return `arn:${parsed.partition}:${rule.service}:${parsed.region}:${parsed.account}:${rule.type}/${parsed.id}`
}

/** Matches the grammar without the limit on length, which is a constraint of its own. */
export function matchModelId(raw: string): ParsedModelId | undefined {
  const arn = raw.startsWith('arn:') ? parseArn(raw) : undefined
  if (arn !== undefined) return arn
  return dotted.test(raw) || (joined.test(raw) && !badJoint.test(raw)) ? { kind: 'name', id: raw } : undefined
}

function parseArn(raw: string): ModelArn | undefined {
  const fields: string[] = []
  let from = 'arn:'.length
  while (fields.length < 4) {
    const colon = raw.indexOf(':', from)
    if (colon === -1) return undefined
    fields.push(raw.slice(from, colon))
    from = colon + 1
  }
  const slash = raw.indexOf('/', from)
  if (slash === -1) return undefined
  const [part = '', service = '', place = '', owner = ''] = fields
  const rule = ruleByResource.get(`${service}:${raw.slice(from, slash)}`)
  const id = raw.slice(slash + 1)
  if (rule === undefined || !partition.test(part) || !rule.id.test(id) || !isPlaced(rule, place, owner))
    return undefined
  if (rule.kind === 'sagemaker-endpoint' && part !== 'aws') return undefined
  return { kind: rule.kind, partition: part, region: place, account: owner, id }
}

function isPlaced(rule: ArnRule, place: string, owner: string): boolean {
  if (rule.kind === 'foundation-model') return owner === '' && (place === '' || region.test(place))
  if (!account.test(owner)) return false
  return rule.kind === 'sagemaker-endpoint' ? sagemakerRegion.test(place) : region.test(place)
}

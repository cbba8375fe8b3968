import type { Env } from '../io.ts'

/** An environment variable and its value. */
export type Variable = readonly [name: string, value: string]

/** What the person's own setup has already, so that nothing of it is overruled. */
export interface Present {
  /** Whether AWS clients find credentials by themselves. */
  readonly credentials: boolean
  /** Whether AWS clients find a region in `~/.aws/config`. */
  readonly region: boolean
}

/**
 * SDKs refuse to call without keys, so somebody who has none is given these. An open endpoint accepts them, a strict
 * one and AWS itself refuse them.
 */
const placeholders: readonly Variable[] = [
  ['AWS_ACCESS_KEY_ID', 'outcrop'],
  ['AWS_SECRET_ACCESS_KEY', 'outcrop'],
]

/** Remembers what was set, so that `--unset` takes away that and nothing else. */
const memory = 'OUTCROP_ENV'

const regions = ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const

// The general AWS_ENDPOINT_URL would send S3 and every other service here too.
const endpoints: readonly Variable[] = [
  ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', ''],
  ['AWS_ENDPOINT_URL_BEDROCK', ''],
  ['AWS_ENDPOINT_URL_STS', ''],
  ['ANTHROPIC_BEDROCK_BASE_URL', ''],
  ['ANTHROPIC_BEDROCK_MANTLE_BASE_URL', '/mantle/anthropic'],
]

/** How Claude Code can be made to call the endpoint: as Bedrock, as Bedrock's mantle, or as Anthropic's own API. */
const claudeCodeModes = ['bedrock', 'mantle', 'plain'] as const

/** A word for one of them. */
export type ClaudeCodeMode = (typeof claudeCodeModes)[number]

const claudeCode: Readonly<Record<ClaudeCodeMode, (url: string) => readonly Variable[]>> = {
  bedrock: () => [['CLAUDE_CODE_USE_BEDROCK', '1']],
  mantle: () => [['CLAUDE_CODE_USE_MANTLE', '1']],
  plain: (url) => [
    ['ANTHROPIC_BASE_URL', url],
    ['ANTHROPIC_API_KEY', 'outcrop'],
  ],
}

const anthropicKeys = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'] as const

const ours: ReadonlySet<string> = new Set([
  ...regions,
  ...[...endpoints, ...placeholders, ...claudeCodeModes.flatMap((mode) => claudeCode[mode](''))].map(([name]) => name),
])

/** What the variables point at, and what else they switch on. */
export interface VariableOptions {
  readonly url: string
  /** Which mode of Claude Code to switch on as well, if any. */
  readonly claudeCode?: ClaudeCodeMode | undefined
  readonly present: Present
}

/** The variables that point every Bedrock client at an endpoint; a second call answers what the first one did. */
export function variablesFor(env: Env, { url, claudeCode: mode, present }: VariableOptions): Variable[] {
  const before = remembered(env)
  const theirs = (name: string): string | undefined => (before.has(name) ? undefined : env[name] || undefined)
  const region = theirs('AWS_REGION') ?? theirs('AWS_DEFAULT_REGION') ?? 'us-east-1'
  // A key of their own is one that a strict endpoint may know.
  const hasOwnKey = anthropicKeys.some((name) => theirs(name) !== undefined)
  const missing = present.region ? [] : regions.filter((name) => theirs(name) === undefined)
  const variables: Variable[] = [
    ...endpoints.map(([name, path]): Variable => [name, url + path]),
    // boto3 and the AWS CLI read the one, the SDKs for JavaScript and Anthropic's read the other.
    ...missing.map((name): Variable => [name, region]),
    ...(present.credentials ? [] : placeholders),
    ...(mode === undefined ? [] : claudeCode[mode](url).filter(([name]) => !hasOwnKey || name !== 'ANTHROPIC_API_KEY')),
  ]
  const pairs = [...new Map([...before, ...variables])].map(([name, value]) => `${name}=${value}`)
  return [...variables, [memory, pairs.join(' ')]]
}

/** The variables that `variablesFor` set in this environment and that still hold what it set. */
export function variablesToUnset(env: Env): string[] {
  const names = [...remembered(env).keys()]
  return env[memory] === undefined ? names : [...names, memory]
}

/** Whether the environment's keys are the placeholders. */
export function hasPlaceholders(env: Env): boolean {
  return placeholders.every(([name, value]) => env[name] === value)
}

/** What we set here before and nobody changed since. */
function remembered(env: Env): Map<string, string> {
  const pairs = (env[memory] ?? '').split(' ').map((pair): Variable => {
    const equals = pair.indexOf('=')
    return [pair.slice(0, Math.max(equals, 0)), pair.slice(equals + 1)]
  })
  // The list comes from the environment: only names that we would set ourselves are ever taken from it.
  return new Map(pairs.filter(([name, value]) => ours.has(name) && env[name] === value))
}

import { texts } from '../failures/texts.ts'
import type { JsonKind, Path, Violation } from './violation.ts'

type Kind = Violation['kind']
type Renderers = { readonly [K in Kind]: (violation: Extract<Violation, { readonly kind: K }>) => string }

/** A violation as Bedrock's own JSON-schema layer writes it, for the models up to 4.6: `#/messages/0: …` (WIRE §5.5). */
export function toSchemaText(violation: Violation): string {
  return render(schemaRenderers, violation)
}

/** A violation as Anthropic's own stack writes it, for the models after 4.6: `messages.0.role: Field required`. */
export function toAnthropicText(violation: Violation): string {
  return render(anthropicRenderers, violation)
}

/** A violation as coral writes it for Converse: `Value … at '…' failed to satisfy constraint: …` (WIRE §3.3). */
export function toCoralText(violation: Violation): string {
  return render(coralRenderers, violation)
}

/** What coral's parser says of a value of the wrong type. [?] Generic coral texts; none is recorded for Bedrock. */
export function toSerializationText(violation: Extract<Violation, { readonly kind: 'type' }>): string {
  const { expected, found } = violation
  if (expected === 'blob' && typeof found === 'string') return 'Invalid base64 text'
  if (expected === 'list' || expected === 'object') return 'Unexpected field type'
  if (Array.isArray(found)) return 'Start of list found where not expected'
  if (typeof found === 'object' && found !== null) return 'Start of structure or map found where not expected.'
  return `${coralTokens(found)}_VALUE cannot be converted to ${coralTypes[expected]}`
}

function render<K extends Kind>(renderers: Renderers, violation: Extract<Violation, { readonly kind: K }>): string {
  // The key picks the renderer of just this kind; the compiler cannot follow a union through a lookup.
  const one = renderers[violation.kind] as (violation: Extract<Violation, { readonly kind: K }>) => string
  return one(violation)
}

// The words are everit-org/json-schema's, the validator whose texts the recorded ones are.
const schemaRenderers: Renderers = {
  required: ({ at, key }) => texts.requiredKey(toPointer(at), key),
  extraneous: ({ at, key }) => texts.extraneousKey(toPointer(at), key),
  type: ({ at, expected, found }) => texts.expectedType(toPointer(at), schemaTypes[expected], schemaTypeOf(found)),
  least: ({ at, value, limit }) => `${toPointer(at)}: ${value} is not greater or equal to ${limit}`,
  most: ({ at, value, limit }) => `${toPointer(at)}: ${value} is not less or equal to ${limit}`,
  tooShort: ({ at, value, length, limit }) =>
    typeof value === 'string'
      ? `${toPointer(at)}: expected minLength: ${limit}, actual: ${length}`
      : `${toPointer(at)}: expected minimum item count: ${limit}, found: ${length}`,
  tooLong: ({ at, value, length, limit }) =>
    typeof value === 'string'
      ? `${toPointer(at)}: expected maxLength: ${limit}, actual: ${length}`
      : `${toPointer(at)}: expected maximum item count: ${limit}, found: ${length}`,
  enum: ({ at, value }) => `${toPointer(at)}: ${shown(value)} is not a valid enum value`,
  pattern: ({ at, value, pattern }) => `${toPointer(at)}: string [${shown(value)}] does not match pattern ${pattern}`,
  tag: ({ at, tag, value }) => `${toPointer({ parent: at, key: tag })}: ${shown(value)} is not a valid enum value`,
  union: ({ at }) => `${toPointer(at)}: no subschema matched`,
}

const schemaTypes: Record<JsonKind, string> = {
  string: 'String',
  blob: 'String',
  integer: 'Integer',
  number: 'Number',
  boolean: 'Boolean',
  list: 'JSONArray',
  object: 'JSONObject',
}

function schemaTypeOf(found: unknown): string {
  if (found === null) return 'Null'
  if (Array.isArray(found)) return 'JSONArray'
  if (typeof found === 'number') return Number.isInteger(found) ? 'Integer' : 'BigDecimal'
  if (typeof found === 'boolean') return 'Boolean'
  return typeof found === 'string' ? 'String' : 'JSONObject'
}

// The words are pydantic's, which the recorded Anthropic texts follow (`Field required`, `Extra inputs are not permitted`).
const anthropicRenderers: Renderers = {
  required: ({ at, key }) => `${toDotted({ parent: at, key })}: Field required`,
  extraneous: ({ at, key }) => texts.extraInput(toDotted({ parent: at, key })),
  type: ({ at, expected, found }) =>
    expected === 'blob' && typeof found === 'string'
      ? `${toDotted(at?.parent ?? null)}: invalid base64 data`
      : `${toDotted(at)}: Input should be a valid ${anthropicTypes[expected]}`,
  least: ({ at, limit }) => `${toDotted(at)}: Input should be greater than or equal to ${limit}`,
  most: ({ at, limit }) => `${toDotted(at)}: Input should be less than or equal to ${limit}`,
  tooShort: ({ at, value, length, limit }) =>
    typeof value === 'string'
      ? `${toDotted(at)}: String should have at least ${limit} character${limit === 1 ? '' : 's'}`
      : `${toDotted(at)}: List should have at least ${limit} item${limit === 1 ? '' : 's'} after validation, not ${length}`,
  tooLong: ({ at, value, length, limit }) =>
    typeof value === 'string'
      ? `${toDotted(at)}: String should have at most ${limit} character${limit === 1 ? '' : 's'}`
      : `${toDotted(at)}: List should have at most ${limit} item${limit === 1 ? '' : 's'} after validation, not ${length}`,
  enum: ({ at, allowed }) => `${toDotted(at)}: Input should be ${alternatives(allowed)}`,
  pattern: ({ at, pattern }) => `${toDotted(at)}: String should match pattern '${pattern}'`,
  tag: ({ at, tag, value, allowed }) =>
    `${toDotted(at)}: Input tag '${shown(value)}' found using '${tag}' does not match any of the expected tags: ${quoted(allowed).join(', ')}`,
  union: ({ at }) => `${toDotted(at)}: Input should be a valid object`,
}

const anthropicTypes: Record<JsonKind, string> = {
  string: 'string',
  blob: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  list: 'list',
  object: 'dictionary',
}

const coralRenderers: Renderers = {
  required: ({ at, key }) => coral('null', { parent: at, key }, 'Member must not be null'),
  extraneous: ({ at, key }) => coral(undefined, { parent: at, key }, 'Member must not be present'),
  type: (violation) => toSerializationText(violation),
  least: ({ at, value, limit, isInteger }) =>
    coral(numeral(value, isInteger), at, `Member must have value greater than or equal to ${limit}`),
  most: ({ at, value, limit, isInteger }) =>
    coral(numeral(value, isInteger), at, `Member must have value less than or equal to ${limit}`),
  tooShort: ({ at, value, limit }) =>
    coral(echo(value), at, `Member must have length greater than or equal to ${limit}`),
  tooLong: ({ at, value, limit }) => coral(echo(value), at, `Member must have length less than or equal to ${limit}`),
  enum: ({ at, value, allowed }) =>
    coral(`'${shown(value)}'`, at, `Member must satisfy enum value set: [${allowed.join(', ')}]`),
  pattern: ({ at, value, pattern }) =>
    coral(`'${shown(value)}'`, at, `Member must satisfy regular expression pattern: ${pattern}`),
  tag: ({ at, value, allowed }) =>
    coral(`'${shown(value)}'`, at, `Member must satisfy enum value set: [${allowed.join(', ')}]`),
  // [?] No recording: the SDKs never send a union with no member or two.
  union: ({ at, allowed }) =>
    coral(undefined, at, `Member must have exactly one of the members [${allowed.join(', ')}]`),
}

const coralTypes: Record<JsonKind, string> = {
  string: 'String',
  blob: 'Blob',
  integer: 'Integer',
  number: 'Float',
  boolean: 'Boolean',
  list: 'List',
  object: 'Map',
}

function coral(value: string | undefined, at: Path, constraint: string): string {
  return `Value ${value === undefined ? '' : `${value} `}at '${toMember(at)}' failed to satisfy constraint: ${constraint}`
}

/** Lists are not echoed: recorded of `toolConfig.tools`. */
function echo(value: string | object): string | undefined {
  return typeof value === 'string' ? `'${shown(value)}'` : undefined
}

/** A number as Java prints it: a float always has its point. */
function numeral(value: number, isInteger: boolean): string {
  return `'${!isInteger && Number.isInteger(value) ? value.toFixed(1) : value}'`
}

function coralTokens(found: unknown): string {
  if (typeof found === 'string') return 'STRING'
  if (typeof found === 'number') return Number.isInteger(found) ? 'NUMBER' : 'DECIMAL'
  if (typeof found === 'boolean') return found ? 'TRUE' : 'FALSE'
  return 'NULL'
}

function toPointer(at: Path): string {
  return steps(at).reduce((pointer, { key, isTag }) => (isTag ? pointer : `${pointer}/${key}`), '#')
}

function toDotted(at: Path): string {
  return steps(at)
    .map(({ key }) => key)
    .join('.')
}

function toMember(at: Path): string {
  return steps(at)
    .filter(({ isTag }) => !isTag)
    .map(({ key }) => (typeof key === 'number' ? `${key + 1}.member` : key))
    .join('.')
}

function steps(at: Path): ReadonlyArray<NonNullable<Path>> {
  const found: Array<NonNullable<Path>> = []
  for (let here = at; here !== null; here = here.parent) found.push(here)
  return found.reverse()
}

function quoted(words: readonly string[]): readonly string[] {
  return words.map((word) => `'${word}'`)
}

function alternatives(words: readonly string[]): string {
  const all = quoted(words)
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

/** A value as an error repeats it: a refusal is not made as large as what it refuses. */
function shown(value: string): string {
  return value.length > 1024 ? `${value.slice(0, 1024)}…` : value
}

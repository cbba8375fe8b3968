import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { list, object, type Shape, string } from '../shapes/shape.ts'

/** A key and its value, as the operations on tags carry them. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** Most tags that one resource has. */
export const mostTags = 50

const tagPattern = {
  source: String.raw`[a-zA-Z0-9\s._:/=+@-]*`,
  test: (text: string) => /^[a-zA-Z0-9\s._:/=+@-]*$/.test(text),
}
const tagKey = string({ least: 1, most: 128, pattern: tagPattern })
const tag = object({ required: { key: tagKey, value: string({ most: 256, pattern: tagPattern }) }, dropsNull: true })

/** The service model's TagList. */
export const tagList: Shape = list(tag, { most: 200 })

const anyArn = String.raw`.*(^[a-zA-Z0-9][a-zA-Z0-9\-]*$)|(^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model/(imported)/[a-z0-9]{12}$)|(^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:([0-9]{12}|)((:(fine-tuning-job|model-customization-job|custom-model)/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2}(/[a-z0-9]{12})$)|(:guardrail/[a-z0-9]+$)|(:automated-reasoning-policy/[a-zA-Z0-9]+(:[a-zA-Z0-9]+)?$)|(:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+$)|(:(provisioned-model|model-invocation-job|model-evaluation-job|evaluation-job|model-import-job|imported-model|async-invoke|provisioned-model-v2|provisioned-model-reservation|prompt-router|custom-model-deployment)/[a-z0-9]{12}$))).*`
// What the pattern takes, told apart by the type alone: it goes back on itself for custom models, and nobody has one here.
const taggable =
  /^(?:[a-zA-Z0-9][a-zA-Z0-9-]*|arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(?:[0-9]{12})?:(?:(?:fine-tuning-job|model-customization-job|custom-model)\/[a-z0-9.:/-]+|guardrail\/[a-z0-9]+|automated-reasoning-policy\/[a-zA-Z0-9]+(?::[a-zA-Z0-9]+)?|(?:application-)?inference-profile\/[a-zA-Z0-9:.-]+|(?:provisioned-model|model-invocation-job|model-evaluation-job|evaluation-job|model-import-job|imported-model|async-invoke|provisioned-model-v2|provisioned-model-reservation|prompt-router|custom-model-deployment)\/[a-z0-9]{12}))$/
const resourceARN = string({
  least: 20,
  most: 1011,
  pattern: { source: anyArn, test: (text) => text.length > 1011 || taggable.test(text) },
})

const shapes = {
  tag: object({ required: { resourceARN, tags: tagList }, dropsNull: true }),
  untag: object({ required: { resourceARN, tagKeys: list(tagKey, { most: 200 }) }, dropsNull: true }),
  list: object({ required: { resourceARN }, dropsNull: true }),
}

/** Reads the body of TagResource (WIRE §7.6); throws Bedrock's refusal. */
export function parseTagResource(body: Uint8Array): { readonly resourceARN: string; readonly tags: readonly Tag[] } {
  const value = readCoralObject(body)
  checkCoralShape(shapes.tag, value)
  const request = value as { resourceARN: string; tags: Tag[] }
  checkTagKeys(request.tags)
  return request
}

/** Reads the body of UntagResource (WIRE §7.6); throws Bedrock's refusal. */
export function parseUntagResource(body: Uint8Array): {
  readonly resourceARN: string
  readonly tagKeys: readonly string[]
} {
  const value = readCoralObject(body)
  checkCoralShape(shapes.untag, value)
  return value as { resourceARN: string; tagKeys: string[] }
}

/** Reads the body of ListTagsForResource (WIRE §7.6); throws Bedrock's refusal. */
export function parseListTagsForResource(body: Uint8Array): { readonly resourceARN: string } {
  const value = readCoralObject(body)
  checkCoralShape(shapes.list, value)
  return value as { resourceARN: string }
}

/** Throws the refusal of keys that are AWS's own or given twice. [?] Neither is recorded; other services refuse both. */
export function checkTagKeys(tags: readonly Tag[]): void {
  const seen = new Set<string>()
  for (const { key } of tags) {
    if (/^aws:/i.test(key)) throw new GatewayError('validation', texts.reservedTagKey)
    if (seen.has(key)) throw new GatewayError('validation', texts.duplicateTagKey(key))
    seen.add(key)
  }
}

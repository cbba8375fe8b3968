import { bytesToBase64 } from '../documents/bytes-to-base64.ts'
import { payloadHash } from '../signing/payload-hash.ts'
import type { ExpirationRule, LifecycleRule } from './lifecycle-rule.ts'
import { childOf, childText, readXml, writeText, type XmlElement } from './read-xml.ts'
import { S3Error } from './s3-error.ts'
import { sayCall } from './s3-failure.ts'
import type { S3Call } from './s3-options.ts'
import type { S3Request, S3Sender } from './send-s3.ts'

/** The lifecycle rules of a bucket, and the setting beside them that goes back with them. */
interface LifecycleRules {
  readonly rules: readonly LifecycleRule[]
  readonly minimumSize: string | undefined
}

// From which size on objects move to other classes: a configuration put without it gets S3's own choice.
const minimumSizeHeader = 'x-amz-transition-default-minimum-object-size'

/** The lifecycle rules of a bucket; none where it has no configuration. */
export async function getLifecycleRules(
  sender: S3Sender,
  bucket: string,
  { signal }: S3Call = {},
): Promise<LifecycleRules> {
  const operation = 'GetBucketLifecycleConfiguration'
  const request: S3Request = { operation, method: 'GET', bucket, query: { lifecycle: '' }, signal }
  try {
    const { headers, text } = await sender.sendForText(request)
    const rules = readRules(text)
    if (rules !== undefined) return { rules, minimumSize: headers.get(minimumSizeHeader) ?? undefined }
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchLifecycleConfiguration') {
      return { rules: [], minimumSize: undefined }
    }
    throw error
  }
  const region = await sender.regionOf(bucket)
  throw new S3Error(`${sayCall(request)}: the answer is no lifecycle configuration. Is this an S3?`, {
    code: 'InvalidAnswer',
    region,
    retryable: false,
  })
}

/** Gives a bucket these rules and no others. */
export async function putLifecycleRules(
  sender: S3Sender,
  bucket: string,
  rules: ReadonlyArray<LifecycleRule | ExpirationRule>,
  { signal, minimumSize }: S3Call & { readonly minimumSize?: string | undefined } = {},
): Promise<void> {
  if (rules.length === 0 || rules.length > mostRules)
    throw new RangeError(`A bucket has 1 to ${mostRules} lifecycle rules`)
  const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  const xml = `<LifecycleConfiguration ${namespace}>${rules.map(writeRule).join('')}</LifecycleConfiguration>`
  const body = new TextEncoder().encode(xml)
  await sender.sendForText({
    operation: 'PutBucketLifecycleConfiguration',
    method: 'PUT',
    bucket,
    query: { lifecycle: '' },
    headers: {
      'content-type': 'application/xml',
      // This operation wants a checksum of its own beside the hash that is signed.
      'x-amz-checksum-sha256': toBase64(await payloadHash(body)),
      ...(minimumSize !== undefined && { [minimumSizeHeader]: minimumSize }),
    },
    body,
    signal,
  })
}

/** Adds a rule to those that a bucket has, or replaces that of its id; tells whether anything had to change. */
export async function addExpirationRule(
  sender: S3Sender,
  bucket: string,
  rule: ExpirationRule,
  call: S3Call = {},
): Promise<boolean> {
  checkRule(rule)
  const { rules, minimumSize } = await getLifecycleRules(sender, bucket, call)
  const old = rules.find(({ id }) => id === rule.id)
  if (old !== undefined && isSame(old, rule)) return false
  const kept = rules.filter((other) => other !== old)
  await putLifecycleRules(sender, bucket, [...kept, rule], { ...call, minimumSize })
  return true
}

const mostRules = 1000

function isSame(old: LifecycleRule, { prefix, days }: ExpirationRule): boolean {
  return old.isEnabled && old.prefix === prefix && old.expirationDays === days
}

function checkRule({ id, days }: ExpirationRule): void {
  if (id === '' || id.length > 255) throw new RangeError('id: a lifecycle rule has one of 1 to 255 characters')
  if (!Number.isSafeInteger(days) || days < 1) throw new RangeError('days: objects expire after whole days, 1 or more')
}

function writeRule(rule: LifecycleRule | ExpirationRule): string {
  if ('xml' in rule) return rule.xml
  checkRule(rule)
  const { id, prefix, days } = rule
  return (
    `<Rule><ID>${writeText(id)}</ID><Filter><Prefix>${writeText(prefix)}</Prefix></Filter><Status>Enabled</Status>` +
    `<Expiration><Days>${days}</Days></Expiration></Rule>`
  )
}

function readRules(text: string): LifecycleRule[] | undefined {
  try {
    const root = readXml(text)
    if (root.name !== 'LifecycleConfiguration') return undefined
    return root.children.filter(({ name }) => name === 'Rule').map(readRule)
  } catch {
    return undefined
  }
}

function readRule(rule: XmlElement): LifecycleRule {
  const filter = childOf(rule, 'Filter')
  const expiration = childOf(rule, 'Expiration')
  const days = Number((expiration && childText(expiration, 'Days')) ?? Number.NaN)
  // A rule of before filters has its prefix itself; a filter with nothing in it is for every object.
  const isForAll = filter !== undefined && filter.children.length === 0
  return {
    id: childText(rule, 'ID'),
    isEnabled: childText(rule, 'Status')?.trim() === 'Enabled',
    prefix: isForAll ? '' : ((filter && childText(filter, 'Prefix')) ?? childText(rule, 'Prefix')),
    expirationDays: Number.isSafeInteger(days) ? days : undefined,
    xml: rule.source,
  }
}

function toBase64(hex: string): string {
  return bytesToBase64(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))
}

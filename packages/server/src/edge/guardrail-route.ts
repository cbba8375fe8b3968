/** A guardrail operation and the guardrail that its path names, percent-encoded; `''` for all of them. */
export interface GuardrailRoute {
  readonly kind: 'control'
  readonly operation:
    | 'ListGuardrails'
    | 'GetGuardrail'
    | 'CreateGuardrailVersion'
    | 'UpdateGuardrail'
    | 'DeleteGuardrail'
    | 'ApplyGuardrail'
  readonly rawIdentifier: string
  /** What the path of ApplyGuardrail names beside it. */
  readonly rawVersion?: string
}

const onOne: ReadonlyMap<string, GuardrailRoute['operation']> = new Map([
  ['GET', 'GetGuardrail'],
  ['POST', 'CreateGuardrailVersion'],
  ['PUT', 'UpdateGuardrail'],
  ['DELETE', 'DeleteGuardrail'],
])

const collection = '/guardrails/'
const applied = '/guardrail/'

/** Finds which operation on guardrails a path is, if any; to create one is none that is served. */
export function matchGuardrail(method: string, rawPath: string): GuardrailRoute | undefined {
  if (rawPath === '/guardrails' || rawPath === collection) {
    return method === 'GET' ? { kind: 'control', operation: 'ListGuardrails', rawIdentifier: '' } : undefined
  }
  if (rawPath.startsWith(collection)) {
    const operation = onOne.get(method)
    return operation && { kind: 'control', operation, rawIdentifier: rawPath.slice(collection.length) }
  }
  return method === 'POST' && rawPath.startsWith(applied) ? matchApply(rawPath) : undefined
}

/** `/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply`; an identifier may be an ARN with its slash. */
function matchApply(rawPath: string): GuardrailRoute | undefined {
  const parts = rawPath.slice(applied.length).split('/')
  const [version, label, last] = [parts.at(-2), parts.at(-3), parts.at(-1)]
  const rawIdentifier = parts.slice(0, -3).join('/')
  const isApply = last === 'apply' && label === 'version' && rawIdentifier !== ''
  if (!isApply || version === undefined || version === '') return undefined
  return { kind: 'control', operation: 'ApplyGuardrail', rawIdentifier, rawVersion: version }
}

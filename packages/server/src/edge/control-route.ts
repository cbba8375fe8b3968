/** The operations of the control plane that are served, beside those on guardrails (WIRE §7). */
const templates = [
  ['GET', '/foundation-models', 'ListFoundationModels'],
  ['GET', '/foundation-models/{id}', 'GetFoundationModel'],
  ['GET', '/inference-profiles', 'ListInferenceProfiles'],
  ['POST', '/inference-profiles', 'CreateInferenceProfile'],
  ['GET', '/inference-profiles/{id}', 'GetInferenceProfile'],
  ['DELETE', '/inference-profiles/{id}', 'DeleteInferenceProfile'],
  ['POST', '/tagResource', 'TagResource'],
  ['POST', '/untagResource', 'UntagResource'],
  ['POST', '/listTagsForResource', 'ListTagsForResource'],
  ['GET', '/foundation-model-availability/{id}', 'GetFoundationModelAvailability'],
  ['GET', '/list-foundation-model-agreement-offers/{id}', 'ListFoundationModelAgreementOffers'],
  ['POST', '/create-foundation-model-agreement', 'CreateFoundationModelAgreement'],
  ['POST', '/delete-foundation-model-agreement', 'DeleteFoundationModelAgreement'],
  ['GET', '/use-case-for-model-access', 'GetUseCaseForModelAccess'],
  ['POST', '/use-case-for-model-access', 'PutUseCaseForModelAccess'],
  ['GET', '/data-retention', 'GetAccountDataRetention'],
  ['PUT', '/data-retention', 'PutAccountDataRetention'],
  ['GET', '/logging/modelinvocations', 'GetModelInvocationLoggingConfiguration'],
  ['PUT', '/logging/modelinvocations', 'PutModelInvocationLoggingConfiguration'],
  ['DELETE', '/logging/modelinvocations', 'DeleteModelInvocationLoggingConfiguration'],
  ['POST', '/model-invocation-job', 'CreateModelInvocationJob'],
  ['GET', '/model-invocation-job/{id}', 'GetModelInvocationJob'],
  ['POST', '/model-invocation-job/{id}/stop', 'StopModelInvocationJob'],
  ['GET', '/model-invocation-jobs', 'ListModelInvocationJobs'],
] as const

/** An operation of the control plane. */
type ControlOperation = (typeof templates)[number][2]

/** What a path of the control plane asks for, and its label as it arrived, percent-encoded or not; `''` where it has none. */
export interface ControlPath {
  readonly kind: 'control'
  readonly operation: ControlOperation
  readonly rawIdentifier: string
}

interface Template {
  readonly prefix: string
  readonly suffix: string
  readonly operation: ControlOperation
}

const label = '{id}'
/** Those whose whole path is fixed, by method and path. */
const fixed = new Map<string, ControlOperation>()
/** Those with a label, by method: an identifier may be an ARN with a slash that nobody encoded. */
const labelled = new Map<string, Template[]>()

for (const [method, path, operation] of templates) {
  const at = path.indexOf(label)
  if (at < 0) {
    fixed.set(`${method} ${path}`, operation)
    continue
  }
  const ofMethod = labelled.get(method) ?? []
  ofMethod.push({ prefix: path.slice(0, at), suffix: path.slice(at + label.length), operation })
  // The longer suffix first: what ends with `/stop` is no identifier.
  labelled.set(
    method,
    ofMethod.sort((a, b) => b.suffix.length - a.suffix.length),
  )
}

/** Finds which operation of the control plane a path is, if any. */
export function matchControl(method: string, rawPath: string): ControlPath | undefined {
  // A trailing slash names an empty identifier, which no client means: AWS's own clients refuse to send it.
  const whole = rawPath.endsWith('/') ? rawPath.slice(0, -1) : rawPath
  const operation = fixed.get(`${method} ${whole}`)
  if (operation !== undefined) return { kind: 'control', operation, rawIdentifier: '' }
  for (const { prefix, suffix, operation: found } of labelled.get(method) ?? []) {
    const isLonger = rawPath.length > prefix.length + suffix.length
    if (!isLonger || !rawPath.startsWith(prefix) || !rawPath.endsWith(suffix)) continue
    return {
      kind: 'control',
      operation: found,
      rawIdentifier: rawPath.slice(prefix.length, rawPath.length - suffix.length),
    }
  }
  return undefined
}

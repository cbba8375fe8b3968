import { matchModelId, maxModelIdLength } from './model-id.ts'

/** The operations whose service models print different patterns for `modelId`. */
export type ModelIdWire = 'invoke' | 'converse'

const arns =
  '(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}/[a-z0-9]{12})|(:foundation-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|([0-9]{12}:imported-model/[a-z0-9]{12})|([0-9]{12}:provisioned-model/[a-z0-9]{12})|([0-9]{12}:custom-model-deployment/[a-z0-9]{12})|([0-9]{12}:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+)))'
const names = '([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|(([0-9a-zA-Z][_-]?)+)|([a-zA-Z0-9-:.]+)'
const others =
  '(^(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:prompt/[0-9a-zA-Z]{10}(?::[0-9]{1,5})?))$|(^arn:aws:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[a-zA-Z0-9-]+$)|(^arn:aws(-[^:]+)?:bedrock:([0-9a-z-]{1,20}):([0-9]{12}):(default-)?prompt-router/[a-zA-Z0-9-:.]+$)'

/** The pattern that the service model prints for `modelId`: only shown to callers, never run. */
export const modelIdPatterns = {
  invoke: `${arns}|${names}$|${others}`,
  converse: `${arns}|${names}|${others}`,
} as const satisfies Record<ModelIdWire, string>

/** Lists what is wrong with a `modelId`, each in coral's words (WIRE §3.3); empty when its grammar is right. */
export function modelIdViolations(modelId: string, wire: ModelIdWire = 'invoke'): readonly string[] {
  const violations: string[] = []
  const fails = `Value '${modelId}' at 'modelId' failed to satisfy constraint: Member must`
  // [?] The order when several fail is not recorded.
  if (matchModelId(modelId) === undefined) {
    violations.push(`${fails} satisfy regular expression pattern: ${modelIdPatterns[wire]}`)
  }
  if (modelId.length === 0) violations.push(`${fails} have length greater than or equal to 1`)
  if (modelId.length > maxModelIdLength)
    violations.push(`${fails} have length less than or equal to ${maxModelIdLength}`)
  return violations
}

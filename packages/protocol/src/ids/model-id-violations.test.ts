import { describe, expect, it } from 'vitest'
import { modelIdPatterns, modelIdViolations } from './model-id-violations.ts'

// As botocore's bedrock-runtime 2023-09-30 writes them.
const invoke =
  '(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}/[a-z0-9]{12})|(:foundation-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|([0-9]{12}:imported-model/[a-z0-9]{12})|([0-9]{12}:provisioned-model/[a-z0-9]{12})|([0-9]{12}:custom-model-deployment/[a-z0-9]{12})|([0-9]{12}:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+)))|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|(([0-9a-zA-Z][_-]?)+)|([a-zA-Z0-9-:.]+)$|(^(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:prompt/[0-9a-zA-Z]{10}(?::[0-9]{1,5})?))$|(^arn:aws:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[a-zA-Z0-9-]+$)|(^arn:aws(-[^:]+)?:bedrock:([0-9a-z-]{1,20}):([0-9]{12}):(default-)?prompt-router/[a-zA-Z0-9-:.]+$)'
const converse =
  '(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}/[a-z0-9]{12})|(:foundation-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|([0-9]{12}:imported-model/[a-z0-9]{12})|([0-9]{12}:provisioned-model/[a-z0-9]{12})|([0-9]{12}:custom-model-deployment/[a-z0-9]{12})|([0-9]{12}:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+)))|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|(([0-9a-zA-Z][_-]?)+)|([a-zA-Z0-9-:.]+)|(^(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:prompt/[0-9a-zA-Z]{10}(?::[0-9]{1,5})?))$|(^arn:aws:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[a-zA-Z0-9-]+$)|(^arn:aws(-[^:]+)?:bedrock:([0-9a-z-]{1,20}):([0-9]{12}):(default-)?prompt-router/[a-zA-Z0-9-:.]+$)'

describe('modelIdPatterns', () => {
  it('are those of the service model, which differ by one character', () => {
    expect(modelIdPatterns).toEqual({ invoke, converse })
  })
})

describe('modelIdViolations', () => {
  it('finds nothing wrong with an id', () => {
    expect(modelIdViolations('anthropic.claude-opus-4-6-v1')).toEqual([])
  })

  it('names the value and the pattern of the operation', () => {
    expect(modelIdViolations('claude opus')).toEqual([
      `Value 'claude opus' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: ${invoke}`,
    ])
    expect(modelIdViolations('claude opus', 'converse')).toEqual([
      `Value 'claude opus' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: ${converse}`,
    ])
  })

  it('names the limit that a long id breaks', () => {
    const long = 'a'.repeat(2049)
    expect(modelIdViolations(long)).toEqual([
      `Value '${long}' at 'modelId' failed to satisfy constraint: Member must have length less than or equal to 2048`,
    ])
  })

  it('counts an empty id twice', () => {
    expect(modelIdViolations('')).toEqual([
      `Value '' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: ${invoke}`,
      "Value '' at 'modelId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ])
  })
})

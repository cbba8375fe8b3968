import { expect, it } from 'vitest'
import { readCallOptions } from './read-call-options.ts'

it.each([
  undefined,
  null,
  {},
  { guardrail: { identifier: 'gr-1', version: 'DRAFT', streamProcessingMode: 'async' }, serviceTier: 'flex' },
  { latency: 'optimized', requestMetadata: { team: 'search' }, trace: 'enabled', wire: 'auto', scope: ['geo'] },
])('takes %j', (value) => {
  expect(readCallOptions(value)).toEqual(value ?? {})
})

it.each([
  ['a text', 'bedrock: it has to be an object.'],
  [{ guardrails: {} }, 'bedrock.guardrails: there is no such option; did you mean guardrail.'],
  [{ guardrail: { identifier: 'gr-1' } }, 'bedrock.guardrail: it has to have identifier and version.'],
  [{ guardrail: { identifier: 1, version: '1' } }, 'bedrock.guardrail.identifier: it has to be a text.'],
  [{ guardrail: 'gr-1' }, 'bedrock.guardrail: it has to be an object.'],
  [{ wire: 'http' }, 'bedrock.wire: it has to be "invoke" or "runtime-messages" or "mantle" or "converse" or "auto".'],
  [{ scope: [] }, 'bedrock.scope: it has to be a list of "global", "geo" and "in-region".'],
  [{ requestMetadata: { n: 1 } }, 'bedrock.requestMetadata: it has to be an object of texts.'],
  [
    { __proto__x: 1 },
    'bedrock.__proto__x: there is no such option; there are guardrail, serviceTier, latency, requestMetadata, trace, wire, scope.',
  ],
])('refuses %j', (value, fault) => {
  expect(readCallOptions(value)).toEqual({ fault })
})

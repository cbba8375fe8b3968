import {
  decodeModelIdLabel,
  findPlainModel,
  getFoundationModel,
  getInferenceProfile,
  GatewayError,
  models,
  parseModelId,
  printModelId,
  resolveCountingModel,
  resolveModel,
  resolveSurfaceModel,
} from '@outcrop/protocol'
import fc from 'fast-check'
import { deepStrictEqual, ok } from 'node:assert/strict'
import { byteChanges, changeText } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

/** Model ids, profile ids and ARNs, also as labels of a path: every text is an id that prints as it came, or is refused. */
export const ids = createTarget<string>({
  name: 'ids',
  runs: 600,
  weight: 1,
  open: () => ({
    inputs: hostileId,
    check: (text) => {
      const modelId = decodeModelIdLabel(text)
      if (modelId === undefined) return
      const parsed = parseModelId(modelId)
      if (parsed !== undefined) deepStrictEqual(printModelId(parsed), modelId)
      for (const fidelity of ['guide', 'aws'] as const) {
        const caller = { modelId, region: 'us-east-1', account: '123456789012', fidelity, now: Date.UTC(2026, 10, 25) }
        const found = [
          resolveModel(caller),
          resolveModel({ ...caller, wire: 'converse' }),
          resolveCountingModel(caller),
        ]
        for (const surface of ['runtime', 'mantle', 'plain'] as const) found.push(resolveSurfaceModel(surface, caller))
        for (const resolution of found) {
          ok(resolution.kind === 'resolved' || resolution.code !== 'internal')
          // What echoes an id stays in proportion to it.
          ok(resolution.kind === 'resolved' || resolution.message.length <= modelId.length * 4 + 4_000)
        }
        refusing(() => getFoundationModel({ ...caller, identifier: modelId }))
        refusing(() => getInferenceProfile({ ...caller, identifier: modelId }))
      }
      findPlainModel(modelId)
    },
    show: (text) => JSON.stringify(text),
  }),
})

/** Runs what may refuse; anything but a refusal is a defect. */
function refusing(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code === 'internal') throw error
  }
}

const knownIds = models.flatMap(({ modelId, anthropicName }) => [
  modelId,
  `us.${modelId}`,
  `global.${modelId}`,
  anthropicName,
])
const arns = [
  'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
  'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl',
  'arn:aws:bedrock:us-east-1:123456789012:custom-model/anthropic.claude-3-haiku/abcdefghijkl',
  'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1',
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
]
const part = fc.constantFrom(
  '%2F',
  '%3A',
  '%00',
  '%',
  '%ff',
  '%25',
  '/',
  ':',
  '.',
  '..',
  '-',
  '_',
  'a',
  'arn:aws',
  '\0',
  'é',
  '\ud800',
)

/** Text in the place of a model id: known ids and ARNs, whole and changed, escaped and not, and things that are none. */
export const hostileId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...knownIds, ...arns, ...arns.map(encodeURIComponent)),
  fc
    .tuple(fc.constantFrom(...knownIds, ...arns, ...arns.map(encodeURIComponent)), byteChanges(3))
    .map(([id, changes]) => changeText(id, changes)),
  fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.tuple(part, fc.nat(5_000)).map(([text, times]) => text.repeat(times)),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

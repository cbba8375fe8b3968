import {
  type Fidelity,
  GatewayError,
  type ModelEntry,
  models,
  parseAnthropicRequest,
  parseConverseRequest,
  parseCountTokensRequest,
  parseCreateInferenceProfile,
  parseMessagesRequest,
  parsePutLoggingConfiguration,
  parseTagResource,
  parseUntagResource,
  readAnthropicEnvelope,
  toMessagesRequest,
} from '@outcrop/protocol'
import fc from 'fast-check'
import { byteChanges, changeBytes } from '../input/bytes.ts'
import { controlBodies } from '../input/control-bodies.ts'
import { converseBodies, countBodies, donors, invokeBodies, messagesBodies } from '../input/bodies.ts'
import { changeJson, jsonChanges } from '../input/json.ts'
import { createTarget } from '../target.ts'

interface Body {
  readonly wire: keyof typeof wires
  readonly bytes: Uint8Array
  readonly model: ModelEntry
  readonly fidelity: Fidelity
}

/** JSON bodies of every wire, for every model: parsed, or refused in the caller's words. */
export const bodies = createTarget<Body>({
  name: 'bodies',
  runs: 800,
  weight: 2,
  open: () => ({
    inputs: fc
      .tuple(
        fc.constantFrom(...wireNames),
        fc.nat(100),
        jsonChanges(4),
        byteChanges(1),
        fc.constantFrom(...models),
        fidelity,
      )
      .map(([wire, at, changes, bytewise, model, fidelity]) => ({
        wire,
        bytes: changeBytes(Buffer.from(changeJson(pick(wires[wire].bodies, at), changes, donors)), bytewise),
        model,
        fidelity,
      })),
    check: ({ wire, bytes, model, fidelity }) => {
      try {
        wires[wire].parse(bytes, { model, fidelity })
      } catch (error) {
        if (!(error instanceof GatewayError) || error.code === 'internal') throw error
        // A refusal may echo what it refuses, and names up to a hundred faults; it must not multiply what came.
        if (error.message.length > bytes.length * 2 + 100_000)
          throw new Error(`${error.message.length} characters of refusal`, { cause: error })
      }
    },
    show: ({ wire, bytes, model, fidelity }) =>
      `${wire} for ${model.modelId} (${fidelity}): ${Buffer.from(bytes).toString()}`,
  }),
})

const fidelity = fc.constantFrom<Fidelity>('guide', 'aws')

interface Context {
  readonly model: ModelEntry
  readonly fidelity: Fidelity
}

const messages =
  (surface: 'runtime' | 'mantle' | 'plain') =>
  (bytes: Uint8Array, context: Context): void => {
    const named = { betas: ['context-1m-2025-08-07'], surface, isCounting: false, ...context }
    parseAnthropicRequest(readAnthropicEnvelope(bytes), named)
  }

const withModel = messagesBodies.map((body) =>
  Object.assign({ model: 'anthropic.claude-opus-4-8', stream: false }, body),
)

const wires = {
  invoke: {
    bodies: invokeBodies,
    parse: (bytes: Uint8Array, context: Context) => void parseMessagesRequest(bytes, context),
  },
  converse: {
    bodies: converseBodies,
    parse: (bytes: Uint8Array, context: Context) =>
      void toMessagesRequest(parseConverseRequest(bytes, context), context),
  },
  counting: {
    bodies: countBodies,
    parse: (bytes: Uint8Array, context: Context) => void parseCountTokensRequest(bytes, context),
  },
  runtime: { bodies: withModel, parse: messages('runtime') },
  mantle: { bodies: withModel, parse: messages('mantle') },
  plain: { bodies: withModel, parse: messages('plain') },
  profile: { bodies: controlBodies.profile, parse: (bytes: Uint8Array) => void parseCreateInferenceProfile(bytes) },
  tag: { bodies: controlBodies.tag, parse: (bytes: Uint8Array) => void parseTagResource(bytes) },
  untag: { bodies: controlBodies.untag, parse: (bytes: Uint8Array) => void parseUntagResource(bytes) },
  logging: { bodies: controlBodies.logging, parse: (bytes: Uint8Array) => void parsePutLoggingConfiguration(bytes) },
} as const

const wireNames = [
  'invoke',
  'converse',
  'counting',
  'runtime',
  'mantle',
  'plain',
  'profile',
  'tag',
  'untag',
  'logging',
] as const satisfies readonly (keyof typeof wires)[]

function pick<T>(items: readonly T[], at: number): T {
  const item = items[at % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

import { adaptRequest } from '../models/adapt-request.ts'
import type { ModelTarget, ResolvedCall } from '../models/model-target.ts'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { chooseWires, nextWire, type WireChoice } from '../wires/choose-wire.ts'
import { blamesWire, createWireMemory } from '../wires/wire-memory.ts'
import type { AnthropicCall } from './anthropic-call.ts'
import { named } from './named.ts'
import type { Target } from './http-request.ts'

/** Chooses wires for the calls of one client, which learns what its account is served. */
export interface AutoWires {
  /** The wires that could carry a call to a target, the best first. */
  choose(call: AnthropicCall, resolved: ResolvedCall, target: ModelTarget): readonly WireChoice[]
  /** The wire to try after a failure that blames the wire; `undefined` when it does not, or when none is left. */
  next(
    call: AnthropicCall,
    choices: readonly WireChoice[],
    tried: Target,
    failure: BedrockFailure,
  ): WireChoice | undefined
  /** Remembers for the calls to come that a wire was left for the next because of a failure. */
  remember(call: AnthropicCall, left: Target, failure: BedrockFailure): void
}

/** Creates what the wire `auto` chooses by. */
export function createAutoWires(now: () => number): AutoWires {
  const memory = createWireMemory({ now })
  return {
    choose: ({ body, bedrock, stream, betas, version }, { model, anthropicName }, { region, modelId }) =>
      chooseWires({
        body,
        bedrock,
        modelId,
        region,
        model,
        stream,
        now: now(),
        memory,
        judge(wire) {
          const adapted = adaptRequest(body, {
            model: named({ model, anthropicName }),
            wire,
            betas,
            version,
            policy: 'adapt',
          })
          return adapted.kind === 'refused'
            ? { refused: adapted.message, dropped: [] }
            : { dropped: [...adapted.warnings, ...(adapted.structured ? ['output_config.format'] : [])] }
        },
      }),
    next: ({ stream }, choices, tried, failure) =>
      blamesWire({ ...tried, stream }, failure) ? nextWire(choices, tried.wire, failure) : undefined,
    remember: ({ stream }, left, failure) => memory.note({ ...left, stream }, failure),
  }
}

import { texts } from '../failures/texts.ts'
import { parseModelId } from '../ids/model-id.ts'
import { lifecycleState, lifecycleWarning } from './lifecycle.ts'
import { lookUpId } from './lookups.ts'
import { findMantleModel } from './mantle-models.ts'
import { models } from './models.ts'
import { type Resolution, type ResolveInput, resolveModel } from './resolve-model.ts'
import type { ModelEntry } from './types.ts'

/**
 * The places where Bedrock and its neighbours speak Anthropic's own Messages API: the runtime's `/anthropic`, mantle, and
 * Anthropic's paths themselves (WIRE §1.3).
 */
export type MessagesSurface = 'runtime' | 'mantle' | 'plain'

/** Finds what the `model` of a Messages body means on a surface, or the refusal of that surface. */
export function resolveSurfaceModel(surface: MessagesSurface, input: ResolveInput): Resolution {
  return resolvers[surface](input)
}

const resolvers: Readonly<Record<MessagesSurface, (input: ResolveInput) => Resolution>> = {
  runtime: (input) => {
    // WIRE §1.3: this route takes profiles alone, also for models whose bare ids the other operations still serve.
    const isBare = input.fidelity === 'aws' && lookUpId(input.modelId)?.kind === 'base'
    return isBare
      ? { kind: 'refused', code: 'validation', message: texts.onDemandUnsupported(input.modelId) }
      : resolveModel(input)
  },
  mantle: (input) => {
    const model = findMantleModel(input.modelId, input)
    return model === undefined
      ? { kind: 'refused', code: 'notFound', message: texts.mantleModelMissing }
      : found(model, input)
  },
  plain: (input) => {
    const model = findPlainModel(input.modelId)
    const isGone = model === undefined || (input.fidelity === 'aws' && lifecycleState(model, input.now) === 'EOL')
    return isGone
      ? { kind: 'refused', code: 'notFound', message: texts.plainModelMissing(input.modelId) }
      : found(model, input)
  },
}

/** Finds a model by Anthropic's own name or by any id that Bedrock has for it, spelled exactly. */
export function findPlainModel(name: string): ModelEntry | undefined {
  const alias = byAlias.get(name)
  if (alias !== undefined) return alias
  return lookUpId(parseModelId(name)?.id ?? name)?.model
}

const byAlias = new Map<string, ModelEntry>()
for (const model of models) {
  for (const alias of [model.anthropicName, ...model.aliases]) if (!byAlias.has(alias)) byAlias.set(alias, model)
}

function found(model: ModelEntry, { fidelity, now }: ResolveInput): Resolution {
  const warning = fidelity === 'aws' ? undefined : lifecycleWarning(model, now)
  return { kind: 'resolved', model, scope: 'in-region', warnings: warning === undefined ? [] : [warning] }
}

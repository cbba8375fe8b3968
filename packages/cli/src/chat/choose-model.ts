import { type BedrockOptions, resolveTargets } from '@outcrop/client/control'
import { misuse } from '../failure.ts'
import { unknownModel } from '../models/unknown-model.ts'

/** How the client chooses where a model is called. */
export type ModelPolicy = Pick<BedrockOptions, 'scope' | 'wire'>

/**
 * The id to send for what somebody typed, by the client's own policy (M13): a name becomes the profile of the first scope
 * that has it; anything shaped like an id or an ARN stays as it is, because the endpoint knows better which of them exist.
 */
export function chooseModel(
  typed: string,
  { region, now, scope, wire }: ModelPolicy & { readonly region: string; readonly now: number },
): string {
  const wanted = typed.trim()
  if (/anthropic\.|:|\//i.test(wanted)) return wanted
  const resolved = resolveTargets(wanted, {
    region,
    now,
    fidelity: 'guide',
    scope,
    ...(wire !== undefined && wire !== 'auto' && { wire }),
  })
  if (resolved.kind === 'refused') {
    throw resolved.because === 'unknown' || resolved.because === 'malformed'
      ? unknownModel(typed)
      : misuse(resolved.message)
  }
  // What neither the catalogue nor Anthropic's way of naming knows is a slip.
  if (resolved.anthropicName === undefined) throw unknownModel(typed)
  return resolved.targets[0]?.modelId ?? wanted
}

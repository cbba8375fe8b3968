import { resolveTargets, suggestModel, toLiveRegion } from '@outcrop/client/control'
import { findModel, lifecycleWarning, models, nearestWord } from '@outcrop/protocol'
import { fail, type Finding, ok, warn } from './check.ts'
import type { Patient, Served } from './patient.ts'

/** Says which id a call of the model takes, and whether the account has it in the Region. */
export async function checkModel(patient: Patient): Promise<readonly Finding[]> {
  const { model: asked, region, io } = patient
  const served = await patient.served().catch(() => undefined)
  const live =
    served === undefined ? undefined : new Map([[region.value, toLiveRegion(served.profiles, served.models)]])
  const resolved = resolveTargets(asked, { region: region.value, now: io.now(), ...(live !== undefined && { live }) })
  if (resolved.kind === 'refused') return [fail(resolved.message, lifecycleOf(asked, io.now()))]
  const modelId = resolved.targets[0]?.modelId ?? asked
  const warnings = resolved.warnings.map((warning) => warn(warning))
  const called = modelId === asked ? asked : `${asked} is called as ${modelId}`
  const isKnown = resolved.model !== undefined
  if (served === undefined)
    return [isKnown ? ok(`${called}, by the catalogue`) : unknown(asked, 'the catalogue'), ...warnings]
  if (lists(served, modelId)) return [ok(`${called}, which Bedrock lists`), ...warnings]
  // Only Bedrock knows what stands behind these, and no list names all of them.
  if (asked.startsWith('arn:'))
    return [warn(`${called}, which no list names`, '--call tells whether it answers'), ...warnings]
  return [
    isKnown ? fail(`${called}, which Bedrock does not list in ${region.value}`) : unknown(asked, 'Bedrock'),
    ...warnings,
  ]
}

const families: ReadonlySet<string> = new Set(models.map(({ family }) => family))

function unknown(asked: string, whose: 'Bedrock' | 'the catalogue'): Finding {
  // `opus-4.6` is a name too; anything before its version that is near no family is another maker's.
  const isFamily = nearestWord(asked.split(/[-. ]/)[0] ?? '', families) !== undefined
  const nearest = suggestModel(asked) ?? (isFamily ? suggestModel(`claude-${asked}`) : undefined)
  const todo = nearest === undefined ? '"outcrop models" lists those that there are' : `did you mean ${nearest}?`
  return fail(
    `${whose === 'Bedrock' ? 'Bedrock lists' : 'the catalogue knows'} no model called ${JSON.stringify(asked)}`,
    todo,
  )
}

/** What has retired is refused like whatever was never there: that it was there says more. */
function lifecycleOf(asked: string, now: number): string | undefined {
  const model = findModel(asked)
  return model === undefined ? undefined : lifecycleWarning(model, now)
}

function lists({ profiles, models }: Served, modelId: string): boolean {
  return (
    profiles.some(({ inferenceProfileId, inferenceProfileArn }) =>
      [inferenceProfileId, inferenceProfileArn].includes(modelId),
    ) || models.some(({ modelId: id, modelArn }) => id === modelId || modelArn === modelId)
  )
}

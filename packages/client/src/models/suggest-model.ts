import { findModel, listMantleModels, models, nearestWord } from '@outcrop/protocol'
import { anthropicNameIn } from './model-name.ts'

/** Finds the id or name that a wrong one was probably meant to be: `us.anthropic.claude-opus-4-6` lacks its `-v1`. */
export function suggestModel(asked: string): string | undefined {
  const text = asked.trim().slice(0, 200).toLowerCase()
  const [, prefix = '', rest = ''] = /^([a-z-]+\.)?(?:anthropic\.)?(claude-.+)$/.exec(text) ?? []
  const meant = findModel(text) ?? findModel(anthropicNameIn(rest) ?? rest)
  if (meant === undefined) return nearestId(text)
  if (prefix === '' || nearestWord(prefix, ['anthropic.']) !== undefined)
    return prefix === '' ? meant.aliases[0] : meant.modelId
  const profileIds = Object.values(meant.profiles).map(({ profileId }) => profileId)
  return nearestWord(`${prefix}${meant.modelId}`, profileIds) ?? meant.modelId
}

/** What all ids have in common makes none of them alike: the names behind it have to be. */
function nearestId(text: string): string | undefined {
  const found = nearestWord(text, knownIds())
  const [name, foundName] = [text, found].map((id) => id?.split('claude-')[1])
  return name === undefined || foundName === undefined || nearestWord(name, [foundName]) !== undefined
    ? found
    : undefined
}

function* knownIds(): Generator<string> {
  for (const model of models) {
    yield* model.aliases
    yield model.modelId
    for (const { profileId } of Object.values(model.profiles)) yield profileId
  }
  for (const { mantleId } of listMantleModels({ region: '', fidelity: 'guide', now: 0 })) yield mantleId
}

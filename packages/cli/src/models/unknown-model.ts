import { models, nearestWord } from '@outcrop/protocol'
import { type CommandFailure, misuse } from '../failure.ts'

/** A name that the catalogue does not know, and the one that was probably meant. */
export function unknownModel(typed: string): CommandFailure {
  const known = models.flatMap(({ aliases, modelId }) => aliases.concat(modelId))
  const nearest = nearestWord(typed, known) ?? nearestWord(`claude-${typed}`, known)
  const way = nearest === undefined ? '"outcrop models" lists them' : `did you mean ${nearest}?`
  return misuse(`there is no model called ${JSON.stringify(typed)}: ${way}`)
}

import type { MessagesRequest, ModelEntry } from '@outcrop/protocol'

import type { Media } from '../media/media.ts'
import type { Prompt } from '../prompt.ts'
import type { Random } from '../random.ts'

/** Everything that decides what an answer says. */
export interface PlanContext {
  readonly request: MessagesRequest
  readonly prompt: Prompt
  readonly media: Media
  readonly model: ModelEntry
  readonly seed: string
  readonly random: Random
}

import { type MessagesRequest, type ModelEntry, modelVersion } from '@outcrop/protocol'

// Anthropic documents both for tests: the first under redacted thinking, the second under streaming refusals.
const redacts =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB'
const refuses =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86'

/** Whether a prompt asks Claude to think behind a seal. */
export function asksForRedaction(prompt: string): boolean {
  return prompt.includes(redacts)
}

/**
 * Whether a conversation asks Claude to refuse, wherever in it: a refusal comes again until the turn that it was about is
 * gone. From Claude 4 on.
 */
export function asksForRefusal({ messages }: MessagesRequest, model: ModelEntry): boolean {
  if (modelVersion(model) < 400) return false
  return messages.some(({ role, content }) => {
    if (role !== 'user') return false
    if (typeof content === 'string') return content.includes(refuses)
    return content.some((block) => block.type === 'text' && block.text.includes(refuses))
  })
}

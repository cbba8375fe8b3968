import type { JsonObject } from '@outcrop/protocol'
import type { Objection } from './objection.ts'
import { blocksOf, isJsonObject, objectsIn } from './request-parts.ts'

/**
 * What of a request Converse has no words for, as far as a glance tells: the mapping itself, which is large, decides when the
 * wire is chosen (WIRE §6).
 */
export function findConverseObjections(body: JsonObject): readonly Objection[] {
  const tools = objectsIn(body['tools'])
  const own = tools.filter(({ type }) => type === undefined || type === null || type === 'custom')
  const found = new Map<string, Objection>()
  const object = (kind: Objection['kind'], text: string): void => void found.set(text, { kind, text })
  for (const tool of own) {
    const other = Object.keys(tool).find((member) => !toolMembers.has(member))
    if (other !== undefined) object('cannot', `has no ${other} of a tool`)
  }
  if (own.length > 0 && own.length < tools.length) object('loses', 'puts Anthropic’s own tools behind the caller’s')
  for (const block of blocksOf(body)) {
    const { type, citations, source } = block
    if (typeof type === 'string' && !blockTypes.has(type)) object('cannot', `has no ${type} blocks`)
    if ((type === 'tool_use' || type === 'tool_result') && own.length === 0) {
      object('cannot', 'takes a history of tool calls only with tools of the caller’s own')
    }
    const isPdf = isJsonObject(source) && source['media_type'] === 'application/pdf'
    const isCited = isJsonObject(citations) && citations['enabled'] === true
    if (isPdf && !isCited) object('loses', 'reads a PDF without citations as text alone')
  }
  return [...found.values()]
}

const toolMembers: ReadonlySet<string> = new Set([
  'name',
  'description',
  'input_schema',
  'strict',
  'type',
  'cache_control',
  'eager_input_streaming', // the capability table has it left out there, and says so
])

const blockTypes: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'tool_use',
  'tool_result',
  'thinking',
  'redacted_thinking',
])

import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { CacheControl, ContentBlock, MessageParam, MessagesRequest } from './types.ts'

interface Breakpoint {
  readonly path: string
  readonly ttl: '5m' | '1h'
}

/** Looks for more than four cache breakpoints, or a longer-lived one after a shorter-lived (WIRE §6.2, §9.3). */
export function findCacheFault(request: MessagesRequest, { model, fidelity }: RuleContext): string | undefined {
  const breakpoints = collectBreakpoints(request)
  if (breakpoints.length === 0) return undefined
  if (fidelity === 'aws' && beforeCaching.test(model.anthropicName)) return texts.promptCachingUnsupported
  if (breakpoints.length > 4) return texts.tooManyBreakpoints(breakpoints.length)
  const firstShort = breakpoints.findIndex(({ ttl }) => ttl === '5m')
  const late = firstShort < 0 ? undefined : breakpoints.slice(firstShort).find(({ ttl }) => ttl === '1h')
  return late === undefined ? undefined : texts.breakpointOrder(late.path)
}

/** The Claude 3 models that WIRE §9.3 gives no minimum, because they cache nothing. */
const beforeCaching = /^claude-3-(?:haiku|sonnet|opus|5-sonnet-20240620)/

/** In the order in which a prompt is cached: tools, system, messages. */
function collectBreakpoints({ tools, system, messages, cache_control }: MessagesRequest): readonly Breakpoint[] {
  const found: Breakpoint[] = []
  if (tools !== undefined) {
    for (const [index, tool] of tools.entries()) {
      if (isMarked(tool.cache_control)) add(found, tool.cache_control, `tools.${index}`)
    }
  }
  if (Array.isArray(system)) addAll(found, system, 'system')
  for (const [index, { content }] of messages.entries()) {
    if (typeof content !== 'string') addAll(found, content, 'messages', index)
  }
  // Automatic caching marks the last block, and takes one of the four unless that is marked already. [?] Its path.
  if (isMarked(cache_control) && !endsMarked(messages)) add(found, cache_control, `messages.${messages.length - 1}`)
  return found
}

function endsMarked(messages: readonly MessageParam[]): boolean {
  const content = messages.at(-1)?.content
  const last = typeof content === 'object' ? content.at(-1) : undefined
  return last !== undefined && 'cache_control' in last && isMarked(last.cache_control)
}

function addAll(found: Breakpoint[], blocks: readonly ContentBlock[], place: string, message?: number): void {
  for (const [index, block] of blocks.entries()) {
    const path = (): string => `${place}.${message === undefined ? '' : `${message}.content.`}${index}`
    if (block.type === 'tool_result' && Array.isArray(block.content) && block.content.some(isMarkable)) {
      addAll(found, block.content, `${path()}.tool_result.content`)
    }
    if ('cache_control' in block && isMarked(block.cache_control)) add(found, block.cache_control, path())
  }
}

/** Whether a block may hold a breakpoint, on itself or deeper. */
function isMarkable(block: ContentBlock): boolean {
  return block.type === 'tool_result' || 'cache_control' in block
}

function isMarked(control: CacheControl | null | undefined): control is CacheControl {
  return control !== undefined && control !== null
}

function add(found: Breakpoint[], { ttl }: CacheControl, path: string): void {
  found.push({ path, ttl: ttl ?? '5m' })
}

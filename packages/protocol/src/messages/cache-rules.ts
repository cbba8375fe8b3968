import { whatHappens } from '../catalogue/capabilities.ts'
import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { CacheControl, ContentBlock, MessageParam, MessagesRequest } from './types.ts'

interface Breakpoint {
  readonly path: string
  /** Which variant of a union is marked, as a step of a path: `text.`; nothing for the request itself. */
  readonly variant: string
  readonly ttl: '5m' | '1h'
}

/** Looks for more than four cache breakpoints, or a longer-lived one after a shorter-lived (WIRE §6.2, §9.3). */
export function findCacheFault(request: MessagesRequest, { model, fidelity, wire }: RuleContext): string | undefined {
  const breakpoints = collectBreakpoints(request)
  if (breakpoints.length === 0) return undefined
  const caching = whatHappens('prompt caching', 'feature', { model, fidelity, wire })
  if (caching.kind === 'refuse') return caching.text
  const long = breakpoints.find(({ ttl }) => ttl === '1h')
  if (
    long !== undefined &&
    whatHappens('prompt caching for 1h', 'feature', { model, fidelity, wire }).kind === 'refuse'
  ) {
    return texts.extraInput(`${long.path}.${long.variant}cache_control.ephemeral.ttl`)
  }
  if (breakpoints.length > 4) return texts.tooManyBreakpoints(breakpoints.length)
  const firstShort = breakpoints.findIndex(({ ttl }) => ttl === '5m')
  const late = firstShort < 0 ? undefined : breakpoints.slice(firstShort).find(({ ttl }) => ttl === '1h')
  return late === undefined ? undefined : texts.breakpointOrder(late.path)
}

/** In the order in which a prompt is cached: tools, system, messages. */
function collectBreakpoints({ tools, system, messages, cache_control }: MessagesRequest): readonly Breakpoint[] {
  const found: Breakpoint[] = []
  if (tools !== undefined) {
    for (const [index, tool] of tools.entries()) {
      if (isMarked(tool.cache_control)) add(found, tool.cache_control, `tools.${index}`, tool.type ?? 'custom')
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
    if ('cache_control' in block && isMarked(block.cache_control)) add(found, block.cache_control, path(), block.type)
  }
}

/** Whether a block may hold a breakpoint, on itself or deeper. */
function isMarkable(block: ContentBlock): boolean {
  return block.type === 'tool_result' || 'cache_control' in block
}

function isMarked(control: CacheControl | null | undefined): control is CacheControl {
  return control !== undefined && control !== null
}

function add(found: Breakpoint[], { ttl }: CacheControl, path: string, variant?: string): void {
  found.push({ path, variant: variant === undefined ? '' : `${variant}.`, ttl: ttl ?? '5m' })
}

import { texts } from '../failures/texts.ts'
import type { CacheControl, ContentBlock, MessagesRequest } from './types.ts'

interface Breakpoint {
  readonly path: string
  readonly ttl: '5m' | '1h'
}

/** Looks for more than four cache breakpoints, or a longer-lived one after a shorter-lived (WIRE §6.2, §9.3). */
export function findCacheFault(request: MessagesRequest): string | undefined {
  const breakpoints = collectBreakpoints(request)
  if (breakpoints.length > 4) return texts.tooManyBreakpoints(breakpoints.length)
  const firstShort = breakpoints.findIndex(({ ttl }) => ttl === '5m')
  const late = firstShort < 0 ? undefined : breakpoints.slice(firstShort).find(({ ttl }) => ttl === '1h')
  return late === undefined ? undefined : texts.breakpointOrder(late.path)
}

/** In the order in which a prompt is cached: tools, system, messages. */
function collectBreakpoints({ tools = [], system, messages }: MessagesRequest): readonly Breakpoint[] {
  const found: Breakpoint[] = []
  const add = (control: CacheControl | null | undefined, path: string): void => {
    if (control !== undefined && control !== null) found.push({ path, ttl: control.ttl ?? '5m' })
  }
  for (const [index, tool] of tools.entries()) add(tool.cache_control, `tools.${index}`)
  if (Array.isArray(system)) addAll(system, 'system', add)
  for (const [index, { content }] of messages.entries()) {
    if (typeof content !== 'string') addAll(content, `messages.${index}.content`, add)
  }
  return found
}

function addAll(
  blocks: readonly ContentBlock[],
  path: string,
  add: (control: CacheControl | null | undefined, path: string) => void,
): void {
  for (const [index, block] of blocks.entries()) {
    const here = `${path}.${index}`
    if (block.type === 'tool_result' && Array.isArray(block.content)) {
      addAll(block.content, `${here}.tool_result.content`, add)
    }
    if ('cache_control' in block) add(block.cache_control, here)
  }
}

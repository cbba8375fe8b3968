import type { CacheTtl, MessagesRequest } from '@outcrop/protocol'

/** Says how long a request asks the cache to keep what it marks: for usage that does not split what was written. */
export function askedCacheTtl({ cache_control, tools, system, messages }: MessagesRequest): CacheTtl | 'mixed' {
  const marks = new Set<CacheTtl>()
  mark(cache_control, marks)
  visit(tools, marks)
  visit(system, marks)
  for (const { content } of messages) visit(content, marks)
  if (marks.size > 1) return 'mixed'
  return marks.has('1h') ? '1h' : '5m'
}

/** Blocks are checked before they come here: those of a tool's answer are the deepest. */
function visit(blocks: unknown, marks: Set<CacheTtl>): void {
  if (!Array.isArray(blocks)) return
  for (const block of blocks as ReadonlyArray<{ readonly cache_control?: unknown; readonly content?: unknown }>) {
    mark(block.cache_control, marks)
    visit(block.content, marks)
  }
}

function mark(control: unknown, marks: Set<CacheTtl>): void {
  if (typeof control !== 'object' || control === null) return
  marks.add('ttl' in control && control.ttl === '1h' ? '1h' : '5m')
}

const prefix = 'tooluse_'
const length = 22
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Spells a tool call's id as Converse does, `tooluse_` and 22 characters; equal ids stay equal, so that a result that
 * comes back under it finds its call in the same history.
 */
export function toConverseToolUseId(id: string): string {
  if (id.startsWith(prefix)) return id
  const own = id.replace(/^toolu_(?:bdrk_)?/, '').replace(/[^a-zA-Z0-9]/g, '')
  // The end of an id is its random part.
  return prefix + (own.length >= length ? own.slice(-length) : own + filler(id, length - own.length))
}

/** Characters that depend on the whole id (FNV-1a feeding a linear congruential generator). */
function filler(id: string, count: number): string {
  let state = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) state = Math.imul(state ^ id.charCodeAt(index), 0x01000193)
  let text = ''
  for (let index = 0; index < count; index += 1) {
    state = Math.imul(state, 1664525) + 1013904223
    text += alphabet.charAt((state >>> 16) % alphabet.length)
  }
  return text
}

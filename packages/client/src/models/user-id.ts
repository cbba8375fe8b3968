import type { JsonObject } from '@outcrop/protocol'
import { hasher } from '../signing/hasher.ts'

// WIRE §6.1: what a value of request metadata may be, which the runtime's Messages route makes of `user_id` (WIRE §1.3).
const acceptable = /^[a-zA-Z0-9 :_@$#=/+,\-.]{0,256}$/

/**
 * Gives a user id that the runtime takes: the id itself where it does, else the SHA-256 of it in hex. Equal ids give equal
 * hashes; a program that signs its users with JSON, as Claude Code does, still tells them apart.
 */
export function acceptableUserId(userId: string): string {
  return acceptable.test(userId) ? userId : hasher.sha256Hex(userId)
}

/** Finds the `metadata.user_id` of a body that the runtime would refuse. */
export function refusedUserId(body: JsonObject): string | undefined {
  const { metadata } = body
  if (typeof metadata !== 'object' || metadata === null || !('user_id' in metadata)) return undefined
  const { user_id } = metadata
  return typeof user_id === 'string' && !acceptable.test(user_id) ? user_id : undefined
}

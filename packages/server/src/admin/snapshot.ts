import { GatewayError, type Json } from '@outcrop/protocol'
import { savedParts } from '../storage/keep-parts.ts'
import type { Documents } from '../storage/store.ts'

/** Everything that an endpoint holds, at one moment. */
export interface Snapshot {
  /** What kind of JSON it is, and of which version. */
  readonly outcrop: 'snapshot/1'
  readonly documents: Documents
  readonly parts: Readonly<Record<string, Json>>
}

type Entries = Documents[string]

/** Reads a snapshot, as a copy that nobody else has; throws a sentence for anything that no endpoint with these parts would write. */
export function parseSnapshot(value: unknown, partNames: readonly string[]): Snapshot {
  const snapshot = copyOf(value)
  if (!isObject(snapshot) || typeof snapshot['outcrop'] !== 'string') {
    return refuse('expected a snapshot, as GET /admin/snapshot answers it')
  }
  const { outcrop, documents, parts, ...others } = snapshot
  if (outcrop !== 'snapshot/1') refuse(`it is a "${shorten(outcrop)}", and this Outcrop reads "snapshot/1"`)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    refuse(`it has "${shorten(unknown)}", and nothing but outcrop, documents and parts is in one`)
  if (!isObject(documents)) return refuse('its documents are no object')
  if (!isObject(parts)) return refuse('its parts are no object')
  const stranger = Object.keys(parts).find((name) => !partNames.includes(name))
  if (stranger !== undefined) {
    refuse(`it has the part "${shorten(stranger)}", and this endpoint has ${partNames.join(', ') || 'none'}`)
  }
  const collections = Object.entries(documents).map(([name, entries]) => [name, readEntries(name, entries)] as const)
  return { outcrop: 'snapshot/1', documents: Object.fromEntries(collections), parts }
}

/** As JSON makes it: what is no JSON is refused, and so is what nests too deeply to be written. */
function copyOf(value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  } catch (cause) {
    return refuse(`it is no JSON that can be written (${cause instanceof Error ? cause.message.split('\n')[0] : ''})`)
  }
}

/** Names that mean something else to an object. */
const reserved = new Set(['__proto__', 'constructor', 'prototype', savedParts.name])

function readEntries(name: string, entries: Json): Entries {
  if (!/^[\w.:/-]{1,200}$/.test(name) || reserved.has(name))
    refuse(`"${shorten(name)}" names no collection of documents`)
  if (!Array.isArray(entries)) return refuse(`documents.${name} is no list of [key, document]`)
  const seen = new Set<string>()
  const read: Array<Entries[number]> = []
  for (const [index, entry] of entries.entries()) {
    const [key, document, ...more]: readonly Json[] = Array.isArray(entry) ? entry : []
    if (!isKey(key) || document === undefined || more.length > 0) {
      return refuse(`documents.${name}[${index}] is no [key, document] whose key is a list of texts without U+0000`)
    }
    const id = JSON.stringify(key)
    if (seen.has(id)) refuse(`documents.${name}[${index}] has the key ${shorten(id)} for the second time`)
    seen.add(id)
    read.push([key, document])
  }
  return read
}

function isKey(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' && !part.includes('\u0000'))
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

function refuse(reason: string): never {
  throw new GatewayError('validation', `The snapshot is not restored, and nothing has changed: ${reason}.`)
}

import { type Node, isMap, isScalar, isSeq } from 'yaml'
import type { Json, JsonObject } from '@outcrop/protocol'
import { complain, isNothing, report, type Shape } from './read-file.ts'

/** A text exactly as written: a script may well say `${NAME}` and mean it. */
export const text: Shape<string> = (written, reading) => {
  const { node } = written
  if (isScalar(node) && typeof node.value === 'string' && !isNothing(node)) return node.value
  return complain(written, reading, 'a text')
}

/** One shape for what is a single value, another for what is a map. */
export function either<A, B>(single: Shape<A>, mapped: Shape<B>): Shape<A | B> {
  return (written, reading) => (isScalar(written.node) && !isNothing(written.node) ? single : mapped)(written, reading)
}

/** Deeper values are refused: recursion stays bounded. */
const deepest = 64

/** Any value, read as JSON reads it: a word without quotes is a text unless it is a number, true, false or null. */
const json: Shape<Json> = (written, reading) => {
  const { node } = written
  const read = toJson(node, 0)
  return read === undefined ? report(written, reading, `expected values nested at most ${deepest} deep`) : read
}

/** A map of any values. */
export const jsonObject: Shape<JsonObject> = (written, reading) => {
  const { node } = written
  if (!isMap(node)) return complain(written, reading, 'a map')
  const read = json(written, reading)
  return isObject(read) ? read : undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toJson(node: Node | null, depth: number): Json | undefined {
  if (depth > deepest) return undefined
  if (isSeq<Node | null>(node)) {
    const items: Json[] = []
    for (const item of node.items) {
      const read = toJson(item, depth + 1)
      if (read === undefined) return undefined
      items.push(read)
    }
    return items
  }
  if (isMap<Node, Node | null>(node)) {
    const members: Array<[string, Json]> = []
    for (const { key, value } of node.items) {
      const read = toJson(value, depth + 1)
      if (read === undefined) return undefined
      members.push([isScalar(key) ? String(key.value) : '', read])
    }
    return Object.fromEntries(members)
  }
  if (!isScalar(node)) return null
  const written = String(node.value)
  return node.type === 'PLAIN' ? plain(written) : written
}

function plain(word: string): Json {
  if (word === 'true') return true
  if (word === 'false') return false
  if (word === '' || word === '~' || word === 'null') return null
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?$/.test(word) ? Number(word) : word
}

import type { Json, JsonObject } from '@outcrop/protocol'
import { isObject } from './json-values.ts'

/** The usage of two calls together: counts are added, and words are those of the second. */
export function sumUsage(first: Json | undefined, second: Json | undefined): JsonObject {
  const [one, two] = [isObject(first) ? first : {}, isObject(second) ? second : {}]
  const sum: Record<string, Json | undefined> = { ...one, ...two }
  for (const [name, value] of Object.entries(two)) {
    const before = Object.hasOwn(one, name) ? one[name] : undefined
    if (typeof value === 'number' && typeof before === 'number') sum[name] = before + value
    else if (isObject(value) && isObject(before)) sum[name] = sumUsage(before, value)
    else sum[name] = value ?? before
  }
  return sum
}

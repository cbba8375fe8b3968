import type { Json, JsonObject } from '@outcrop/protocol'

/** Tells a JSON object from every other JSON. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonList(value)
}

/** Tells a JSON array from every other JSON. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The objects of a list; none where it is no list. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter(isJsonObject) : []
}

/** Every content block of a Messages body, those inside of tool results after the result itself. */
export function* blocksOf(body: JsonObject): Generator<JsonObject> {
  for (const message of objectsIn(body['messages'])) {
    for (const block of objectsIn(message['content'])) {
      yield block
      if (block['type'] === 'tool_result') yield* objectsIn(block['content'])
    }
  }
}

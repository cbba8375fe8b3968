import type { JsonObject } from '@outcrop/protocol'
import { isObject, objectsOf } from './json-values.ts'

/** What the answers of a call have to be. */
export interface AnswerRules {
  /** The schema of the answer's text; absent where only tools are strict. */
  readonly schema: JsonObject | undefined
  /** The tool by which the answer comes; absent where it comes as text. */
  readonly answerTool: string | undefined
  /** The input schemas of the tools that the caller called strict, by name. */
  readonly strictTools: ReadonlyMap<string, JsonObject>
}

/** The schema that a body asks its answer to fit, in either spelling. */
export function readFormat({ output_config, output_format }: JsonObject): JsonObject | undefined {
  const format = (isObject(output_config) ? output_config['format'] : undefined) ?? output_format
  if (!isObject(format) || format['type'] !== 'json_schema') return undefined
  return isObject(format['schema']) ? format['schema'] : undefined
}

/** The input schemas of the tools that a body calls strict. */
export function readStrictTools({ tools }: JsonObject): ReadonlyMap<string, JsonObject> {
  const strict = new Map<string, JsonObject>()
  for (const { name, strict: isStrict, input_schema } of objectsOf(tools)) {
    if (isStrict === true && typeof name === 'string' && isObject(input_schema)) strict.set(name, input_schema)
  }
  return strict
}

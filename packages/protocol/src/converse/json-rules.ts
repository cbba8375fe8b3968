import { texts } from '../failures/texts.ts'
import { isObject } from '../shapes/shape.ts'
import type { ConverseBlock, ConverseRequest } from './types.ts'

/**
 * Looks for JSON values that Bedrock wants to be objects. The service model takes any JSON there, so clients send lists
 * and strings; Bedrock refuses them in words of its own, and not as a value of the wrong type.
 */
export function findJsonFault({ messages = [], toolConfig }: ConverseRequest): string | undefined {
  for (const [index, tool] of (toolConfig?.tools ?? []).entries()) {
    if (!('toolSpec' in tool)) continue
    const path = `toolConfig.tools.${index}.toolSpec.inputSchema.json`
    const { json } = tool.toolSpec.inputSchema
    if (!isObject(json)) return texts.jsonObjectExpected(path)
    if (json['type'] !== 'object') return texts.schemaTypeExpected(`${path}.type`)
  }
  for (const [index, { content }] of messages.entries()) {
    for (const [position, block] of content.entries()) {
      const fault = findBlockFault(block)
      if (fault !== undefined) return texts.jsonObjectExpected(`messages.${index}.content.${position}.${fault}`)
    }
  }
  return undefined
}

/** Where in a block the value stands that is no object. */
function findBlockFault(block: ConverseBlock): string | undefined {
  if ('toolUse' in block) return isObject(block.toolUse.input) ? undefined : 'toolUse.input'
  if (!('toolResult' in block)) return undefined
  const wrong = (block.toolResult.content ?? []).findIndex((item) => 'json' in item && !isObject(item.json))
  return wrong < 0 ? undefined : `toolResult.content.${wrong}.json`
}

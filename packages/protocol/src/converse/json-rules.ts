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
      const fault = findBlockFault(block, `messages.${index}.content.${position}`)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

function findBlockFault(block: ConverseBlock, path: string): string | undefined {
  if ('toolUse' in block) {
    return isObject(block.toolUse.input) ? undefined : texts.jsonObjectExpected(`${path}.toolUse.input`)
  }
  if (!('toolResult' in block)) return undefined
  const wrong = (block.toolResult.content ?? []).findIndex((item) => 'json' in item && !isObject(item.json))
  return wrong < 0 ? undefined : texts.jsonObjectExpected(`${path}.toolResult.content.${wrong}.json`)
}

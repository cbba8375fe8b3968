import type { JsonObject } from '@outcrop/protocol'

/** Tells whether a body asks for structured output or strict tools, for which the rest of this folder is loaded. */
export function asksForStructure({ output_config: config, output_format, tools }: JsonObject): boolean {
  if (output_format !== undefined) return true
  if (typeof config === 'object' && config !== null && 'format' in config) return true
  return Array.isArray(tools) && tools.some((tool: unknown) => isStrict(tool))
}

function isStrict(tool: unknown): boolean {
  return typeof tool === 'object' && tool !== null && 'strict' in tool && tool.strict === true
}

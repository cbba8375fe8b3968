import { texts } from '../failures/texts.ts'
import type { RuleContext } from './rule-context.ts'
import type { MessagesRequest } from './types.ts'

/**
 * Looks for a field that Bedrock has come to refuse for some models (WIRE §5.1); guide fidelity takes every field for
 * every model, because the guide knows of no such difference.
 */
export function findFieldFault(request: MessagesRequest, { model, fidelity }: RuleContext): string | undefined {
  if (fidelity !== 'aws') return undefined
  const version = versionOf(model.anthropicName)
  for (const rule of rules) {
    const fault = rule(request, version, model.anthropicName)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** 45 for Claude Sonnet 4.5, 50 for Opus 5; 0 for Claude 3 and for models whose names carry no version. */
function versionOf(anthropicName: string): number {
  // A date has eight digits, a minor version one.
  const [, major = '0', minor = '0'] = /^claude-[a-z]+-(\d)(?:-(\d))?(?!\d)/.exec(anthropicName) ?? []
  return Number(major) * 10 + Number(minor)
}

type Rule = (request: MessagesRequest, version: number, name: string) => string | undefined

const rules: readonly Rule[] = [findTemperatureFault, findOutputFault, findThinkingFault, findForcedToolFault]

function findTemperatureFault({ temperature, top_p }: MessagesRequest, version: number): string | undefined {
  if (version >= 47) return temperature === undefined ? undefined : texts.temperatureDeprecated
  return version >= 45 && temperature !== undefined && top_p !== undefined ? texts.temperatureAndTopP : undefined
}

/** Measured from 4.7 to 5.1; nothing is known of later models, so they take both. */
function findOutputFault({ output_config, tools = [] }: MessagesRequest, version: number): string | undefined {
  if (version < 47 || version > 51) return undefined
  if (output_config !== undefined && Object.hasOwn(output_config, 'format')) {
    return texts.extraInput('output_config.format')
  }
  const strict = tools.findIndex((tool) => tool.strict === true)
  return strict < 0 ? undefined : texts.extraInput(`tools.${strict}.custom.strict`)
}

function findThinkingFault({ thinking }: MessagesRequest, version: number, name: string): string | undefined {
  const type = thinking?.type
  if (type === 'enabled' && version >= 47) return texts.thinkingTypeUnsupported(type)
  if (type === 'adaptive' && version < 46) return texts.adaptiveThinkingUnsupported
  const alwaysThinks = /^claude-(?:opus|sonnet)-5-5$/.test(name)
  return type === 'disabled' && alwaysThinks ? texts.thinkingTypeUnsupported(type) : undefined
}

function findForcedToolFault({ tool_choice }: MessagesRequest, _version: number, name: string): string | undefined {
  const isForced = tool_choice?.type === 'any' || tool_choice?.type === 'tool'
  return isForced && /^claude-(?:fable-5-1|sonnet-5-5)$/.test(name) ? texts.forcedToolUnsupported : undefined
}

import { type CapabilityContext, type CapabilityKind, type ModelEntry, whatHappens } from '@outcrop/protocol'

/** Whether a model has something, in Anthropic's form. */
interface CapabilitySupport {
  readonly supported: boolean
}

/** What a model can on Bedrock, in the form of Anthropic's Models API. */
export interface ModelCapabilities {
  readonly batch: CapabilitySupport
  readonly citations: CapabilitySupport
  readonly code_execution: CapabilitySupport
  readonly context_management: CapabilitySupport & Readonly<Record<ContextStrategy, CapabilitySupport | null>>
  readonly effort: CapabilitySupport & Readonly<Record<'low' | 'medium' | 'high' | 'xhigh' | 'max', CapabilitySupport>>
  readonly image_input: CapabilitySupport
  readonly pdf_input: CapabilitySupport
  readonly server_tools: CapabilitySupport & Readonly<Record<'code_execution' | 'web_search', CapabilitySupport>>
  readonly structured_outputs: CapabilitySupport
  readonly thinking: CapabilitySupport & {
    readonly types: Readonly<Record<'adaptive' | 'between_tools' | 'disabled' | 'enabled', CapabilitySupport>>
  }
}

type ContextStrategy = 'clear_thinking_20251015' | 'clear_tool_uses_20250919' | 'compact_20260112'

/** Says what the capability table says of a model on InvokeModel; `null` where no source says it of one model or another. */
export function toModelCapabilities(model: ModelEntry): ModelCapabilities {
  const context: CapabilityContext = {
    model,
    wire: 'invoke',
    fidelity: 'aws',
    betas: ['context-management-2025-06-27'],
  }
  const has = (subject: string, kind: CapabilityKind): CapabilitySupport => ({
    supported: whatHappens(subject, kind, context).kind !== 'refuse',
  })
  const effort = has('output_config.effort', 'field')
  const level = (name: string): CapabilitySupport =>
    effort.supported ? has(`output_config.effort=${name}`, 'parameter') : no
  const thinking = (type: string): CapabilitySupport => has(`thinking.type=${type}`, 'parameter')
  const thinks = has('thinking', 'field')
  const sees = { supported: model.inputModalities.includes('IMAGE') }
  return {
    batch: no, // Bedrock's batches are jobs of its own
    citations: has('citations', 'feature'),
    code_execution: no,
    context_management: {
      ...has('context_management', 'field'),
      clear_thinking_20251015: null,
      clear_tool_uses_20250919: null,
      compact_20260112: null,
    },
    effort: {
      ...effort,
      low: level('low'),
      medium: level('medium'),
      high: level('high'),
      xhigh: level('xhigh'),
      max: level('max'),
    },
    image_input: sees,
    pdf_input: sees.supported ? has('pdf', 'feature') : no,
    server_tools: { ...no, code_execution: no, web_search: no },
    structured_outputs: has('output_config.format', 'field'),
    thinking: {
      ...thinks,
      types: {
        adaptive: thinks.supported ? thinking('adaptive') : no,
        between_tools: thinks.supported ? thinking('between_tools') : no,
        disabled: thinking('disabled'),
        enabled: thinks.supported ? thinking('enabled') : no,
      },
    },
  }
}

// Server tools and Anthropic's batches are not on Bedrock (WIRE §5.1).
const no: CapabilitySupport = { supported: false }

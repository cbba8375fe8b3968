import { texts } from '../failures/texts.ts'
import { outputLimit } from '../messages/model-limits.ts'
import { violationText } from '../messages/violation-text.ts'
import type { RuleContext } from '../messages/rule-context.ts'
import { createAdditionalFieldsShape } from '../messages/shape.ts'
import { findViolations } from '../shapes/shape.ts'
import type { Violation } from '../shapes/violation.ts'
import { findJsonFault } from './json-rules.ts'
import { findMediaFault } from './media-rules.ts'
import { findToolFault } from './tool-rules.ts'
import type { ConverseBlock, ConverseRequest } from './types.ts'

/** Looks for what Converse refuses in a request of the right shape and says it in Bedrock's words, or nothing. */
export function findConverseFault(request: ConverseRequest, context: RuleContext): string | undefined {
  for (const rule of rules) {
    const fault = rule(request, context)
    if (fault !== undefined) return fault
  }
  return undefined
}

type Rule = (request: ConverseRequest, context: RuleContext) => string | undefined

const rules: readonly Rule[] = [
  findPromptFault,
  findEmptyFault,
  findJsonFault,
  findMediaFault,
  findBlankFault,
  findRoleFault,
  findToolFault,
  findMaxTokensFault,
  findOutputSchemaFault,
  findAdditionalFieldsFault,
]

function findPromptFault({ promptVariables }: ConverseRequest): string | undefined {
  // A prompt ARN names a prompt of Prompt Management, which we do not have: every model here is called by its own id.
  const hasVariables = promptVariables !== undefined && Object.keys(promptVariables).length > 0
  return hasVariables ? texts.promptVariablesUnsupported : undefined
}

function findEmptyFault({ messages = [] }: ConverseRequest): string | undefined {
  if (messages.length === 0) return texts.startWithUser // [?] what a call without any message is told
  const empty = messages.findIndex(({ content }) => content.length === 0)
  return empty < 0 ? undefined : texts.emptyContent(empty)
}

function findBlankFault({ messages = [] }: ConverseRequest): string | undefined {
  for (const [index, { content }] of messages.entries()) {
    const position = content.findIndex(isBlankText)
    if (position >= 0) return texts.blankContentBlock(`messages.${index}.content.${position}`)
  }
  return undefined
}

function isBlankText(block: ConverseBlock): boolean {
  return 'text' in block && block.text.trim() === ''
}

function findRoleFault({ messages = [] }: ConverseRequest, { model }: RuleContext): string | undefined {
  const roles = messages.map(({ role }) => role).filter((role) => role !== 'system')
  if (roles[0] !== 'user') return texts.startWithUser
  // [?] Claude 4 and later were seen to take several messages of one role in a row.
  if (!model.anthropicName.startsWith('claude-3-')) return undefined
  return roles.some((role, index) => role === roles[index - 1]) ? texts.alternateRoles : undefined
}

function findMaxTokensFault(request: ConverseRequest, { model }: RuleContext): string | undefined {
  const { inferenceConfig, additionalModelRequestFields } = request
  const limit = outputLimit(additionalModelRequestFields?.['anthropic_beta'], model.maxOutputTokens)
  const asked = inferenceConfig?.maxTokens
  return asked !== undefined && limit !== null && asked > limit ? texts.maxTokensOnConverse(limit) : undefined
}

function findOutputSchemaFault({ outputConfig }: ConverseRequest): string | undefined {
  const schema = outputConfig?.textFormat?.structure.jsonSchema.schema
  if (schema === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(schema)
    return typeof parsed === 'object' && parsed !== null ? undefined : texts.invalidOutputSchema
  } catch {
    return texts.invalidOutputSchema
  }
}

const additionalFields = {
  open: createAdditionalFieldsShape(false),
  closed: createAdditionalFieldsShape(true),
} as const

// Converse has members of its own for these; a second conversation beside the first is refused, not merged.
const ownedKeys = ['messages', 'system', 'amazon-bedrock-guardrailConfig'] as const

function findAdditionalFieldsFault(request: ConverseRequest, context: RuleContext): string | undefined {
  const fields = request.additionalModelRequestFields
  if (fields === undefined) return undefined
  const isClosed = context.fidelity === 'aws' && context.byBedrock
  const violations: Violation[] = isClosed
    ? []
    : ownedKeys.filter((key) => Object.hasOwn(fields, key)).map((key) => ({ kind: 'extraneous', at: null, key }))
  violations.push(...findViolations(additionalFields[isClosed ? 'closed' : 'open'], fields))
  return violations.length > 0 ? texts.fromModel(violationText(violations, context.byBedrock)) : undefined
}

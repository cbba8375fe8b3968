import { bodyTexts as texts } from '../failures/body-texts.ts'
import type { CapabilityContext } from './capability-context.ts'
import type { FoundField } from './field-pattern.ts'
import { isInRange } from './model-version.ts'

/** Names what a refusal of the capability table says. */
export type RefusalWord = keyof typeof words

/** What a refusal is said of: a place, and the wire and model that refuse it. */
type Teller = (found: FoundField, context: CapabilityContext) => string

// The data names these; the texts themselves stay where all of Bedrock's words are.
const words = {
  adaptiveThinkingUnsupported: () => texts.adaptiveThinkingUnsupported,
  countingUnsupported: () => texts.countingUnsupported,
  deprecatedField: ({ path }) => texts.fieldDeprecated(path),
  effortLevelUnsupported: ({ value }) => texts.effortLevelUnsupported(word(value), 'high, low, max, medium'),
  effortLevelWithoutMax: ({ value }) => texts.effortLevelUnsupported(word(value), 'high, low, medium'),
  effortUnsupported: () => texts.effortUnsupported,
  extraInput: ({ path }) => texts.extraInput(path),
  extraneousKey: ({ path }) => extraneous(path),
  // Of a key that the path stands for, Bedrock's own layer says more (WIRE §5.5).
  extraneousPathKey: ({ path }) => texts.malformedInputJoined([texts.messagesSubject, texts.extraneousKey('#', path)]),
  extraTopLevel: ({ path }, context) => (isLegacy(context) ? extraneous(path) : texts.extraInput(path)),
  forcedToolUnsupported: () => texts.forcedToolUnsupported,
  hourUnsupported: () => texts.extraInput('messages.0.content.0.text.cache_control.ephemeral.ttl'),
  // WIRE §5.5: bare from Bedrock's own layer and on Converse, the whole Anthropic object from later models on InvokeModel.
  invalidBeta: (_found, context) =>
    context.wire === 'invoke' && !isLegacy(context)
      ? texts.anthropicObject(texts.invalidBetaFlag)
      : texts.invalidBetaFlag,
  noMember: () => 'There is no member for it on this wire.',
  prefillUnsupported: () => texts.prefillUnsupported,
  promptCachingUnsupported: () => texts.promptCachingUnsupported,
  sourceUnsupported: ({ path, value }) => texts.sourceUnsupported(path, word(value)),
  systemRole: () => texts.unexpectedSystemRole,
  temperatureAndTopP: () => texts.temperatureAndTopP,
  temperatureDeprecated: () => texts.temperatureDeprecated,
  thinkingTypeUnsupported: ({ value }) => texts.thinkingTypeUnsupported(word(value)),
  toolTypeUnsupported: ({ value }) => texts.toolTypeUnsupported(word(value)),
  unknownOperation: () => 'UnknownOperationException',
  versionNotValid: ({ path, value }) => texts.malformedInput([`#/${path}: ${word(value)} is not a valid enum value`]),
} as const satisfies Record<string, Teller>

/** Whether the data names a refusal that can be said. */
export function isRefusalWord(text: string): text is RefusalWord {
  return Object.hasOwn(words, text)
}

/** Says a refusal of what was found. */
export function sayRefusal(say: RefusalWord, found: FoundField, context: CapabilityContext): string {
  const tell: Teller = words[say]
  return tell(found, context)
}

const extraneous = (key: string): string => texts.malformedInput([texts.extraneousKey('#', key)])

/** Whether Bedrock's own layer reads the body: on InvokeModel and Converse, for the models up to 4.6 (WIRE §5.1). */
function isLegacy({ model, wire }: CapabilityContext): boolean {
  return (wire === 'invoke' || wire === 'converse') && isInRange(model, { to: '4.6' })
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : ''
}

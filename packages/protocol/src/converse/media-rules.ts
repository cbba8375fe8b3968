import { texts } from '../failures/texts.ts'
import type { RuleContext } from '../messages/rule-context.ts'
import { base64Size } from '../shapes/base64.ts'
import type {
  ConverseBlock,
  ConverseDocument,
  ConverseImage,
  ConverseMessage,
  ConverseRequest,
  ToolResultContent,
} from './types.ts'

/** Looks for blocks that Claude does not take, and for documents and images over their limits (WIRE §6.2, §6.4). */
export function findMediaFault({ messages = [] }: ConverseRequest, { model }: RuleContext): string | undefined {
  const media: Media = { documents: [], hasClaude3Limits: model.anthropicName.startsWith('claude-3-') }
  for (const [index, message] of messages.entries()) {
    const fault = findMessageFault(message, index, media)
    if (fault !== undefined) return fault
  }
  if (media.documents.length > 5) return texts.tooManyDocuments
  const names = new Set(media.documents.map(({ name }) => name))
  return names.size < media.documents.length ? texts.duplicateDocumentNames : undefined
}

interface Media {
  readonly documents: ConverseDocument[]
  readonly hasClaude3Limits: boolean
}

type AnyBlock = ConverseBlock | ToolResultContent

function findMessageFault({ content }: ConverseMessage, index: number, media: Media): string | undefined {
  let images = 0
  for (const [position, block] of content.entries()) {
    const fault = findBlockFault(block, media, index, position)
    if (fault !== undefined) return fault
    if ('image' in block) images += 1
    if (!('toolResult' in block)) continue
    for (const [inner, item] of (block.toolResult.content ?? []).entries()) {
      const innerFault = findBlockFault(item, media, index, position, inner)
      if (innerFault !== undefined) return innerFault
    }
  }
  if (images > 20) return texts.fromModel(texts.tooManyImages)
  const needsText = content.some((block) => 'document' in block) && !content.some((block) => 'text' in block)
  return needsText ? texts.documentWithoutText : undefined
}

function findBlockFault(
  block: AnyBlock,
  media: Media,
  index: number,
  position: number,
  inner?: number,
): string | undefined {
  const unsupported = unsupportedBlocks.find((key) => key in block)
  if (unsupported !== undefined) return texts.unsupportedBlock(unsupported)
  if ('image' in block) {
    const inside = inner === undefined ? '' : `.tool_result.content.${inner}`
    return findImageFault(block.image, `messages.${index}.content.${position}${inside}`)
  }
  if (!('document' in block)) return undefined
  media.documents.push(block.document)
  return findDocumentFault(block.document, media)
}

// [?] The last two are newer than every recording; they change tools in mid-conversation.
const unsupportedBlocks = ['video', 'audio', 'toolAddition', 'toolRemoval'] as const

function findImageFault({ source }: ConverseImage, path: string): string | undefined {
  if (source.s3Location !== undefined) return texts.unsupportedField('s3Uri')
  const length = source.bytes?.length ?? 0
  // 3.75 MB, which the model side measures as base64.
  return length > 5_242_880 ? texts.fromModel(texts.imageTooLarge(`${path}.image.source.base64`, length)) : undefined
}

const maximumDocumentSize = 4_718_592 // [?] 4.5 MB of 1,048,576 bytes

function findDocumentFault({ name, source, format }: ConverseDocument, media: Media): string | undefined {
  if (source.s3Location !== undefined) return texts.unsupportedField('s3Uri')
  if (!isDocumentName(name)) return texts.documentName
  if (source.bytes === undefined) return undefined
  if (format === undefined) return texts.documentFormatMissing
  // [?] AWS lifts the limit for a PDF on Claude 4 and later [D inference-api-restrictions]; the service model knows no exception.
  const isUnlimited = format === 'pdf' && !media.hasClaude3Limits
  return !isUnlimited && base64Size(source.bytes) > maximumDocumentSize ? texts.documentTooLarge : undefined
}

/** Letters, digits, `_` (measured, though the text does not say so), `-`, `()`, `[]` and single ASCII blanks. */
function isDocumentName(name: string): boolean {
  return /^[\w\-()[\] ]+$/.test(name) && !name.includes('  ')
}

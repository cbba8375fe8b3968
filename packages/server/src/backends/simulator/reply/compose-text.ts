import type { Citation, MessagesRequest } from '@outcrop/protocol'

import { fillerLine, fillerProse } from '../filler.ts'
import { readInstruction, type Instruction } from '../instructions.ts'
import type { Media, ReadDocument, ReadImage } from '../media/media.ts'
import type { Prompt, ToolOutcome } from '../prompt.ts'
import type { Random } from '../random.ts'
import { excerpt, plainWords } from '../words.ts'
import { toCitation } from './cite.ts'
import { findQuote } from './sentences.ts'

/** A piece of an answer's text; cited pieces become blocks of their own. */
export interface TextPart {
  readonly text: string
  readonly citations?: readonly Citation[]
}

/** What there is to talk about. */
export interface TextContext {
  readonly prompt: Prompt
  readonly media: Media
  readonly modelName: string
  readonly request: Pick<MessagesRequest, 'max_tokens'>
  readonly random: Random
}

/** Says something true and related to the prompt, or does the simple thing that the prompt asks for. */
export function composeText(context: TextContext): readonly TextPart[] {
  const { prompt, media } = context
  if (prompt.outcomes.length > 0) return [{ text: tellOutcomes(prompt.outcomes) }, ...tellReturned(context)]
  const instruction = readInstruction(prompt.text)
  // `Summarise it in 50 words` wants to hear of the document, not 50 words of filler.
  if (media.documents.length > 0 && !answersAlone.has(instruction.kind)) return quoteDocuments(context)
  const obeyed = obey(instruction, context)
  if (obeyed !== undefined) return [{ text: obeyed }]
  return [{ text: talk(context) }]
}

/** What an instruction can ask for that no document has a part in. */
const answersAlone: ReadonlySet<Instruction['kind']> = new Set(['exactly', 'say', 'count', 'json'])

/** Does what an instruction asks; nothing for mere talk. */
function obey(instruction: Instruction, context: TextContext): string | undefined {
  const { random } = context
  const maxTokens = context.request.max_tokens
  switch (instruction.kind) {
    case 'exactly':
      return instruction.text
    case 'say':
      return `${capital(instruction.text)}! ${introduce(context)}`
    case 'count':
      return countOut(instruction.from, instruction.to, maxTokens)
    case 'words':
      // A word is a token at least: no more are written than the caller will take.
      return fillerProse(Math.min(instruction.words, maxTokens + 1), random)
    case 'list':
      return listOut(Math.min(instruction.items, maxTokens + 1), random)
    case 'json':
      return asJson(instruction.keys, instruction.array, context)
    default:
      return undefined
  }
}

function countOut(from: number, to: number, maxTokens: number): string {
  const numbers: number[] = []
  const step = from <= to ? 1 : -1
  const length = Math.min(Math.abs(to - from) + 1, maxTokens + 1, 20_000)
  for (let at = 0; at < length; at++) numbers.push(from + at * step)
  return numbers.join(', ')
}

function listOut(items: number, random: Random): string {
  return Array.from({ length: items }, (_, at) => `${at + 1}. ${fillerLine(random)}`).join('\n')
}

function asJson(keys: readonly string[], array: boolean, { prompt, modelName }: TextContext): string {
  const said = `Outcrop's simulator answers in place of ${modelName}`
  const members =
    keys.length > 0
      ? keys.map((key): [string, string] => [key, `simulated ${key}`])
      : [
          ['message', said],
          ['prompt', excerpt(prompt.text, 120)],
        ]
  const value: unknown = Object.fromEntries(members)
  return JSON.stringify(array ? [value] : value, undefined, 2)
}

const mostTold = 10

function tellOutcomes(outcomes: readonly ToolOutcome[]): string {
  const sentences = outcomes.slice(0, mostTold).map(({ tool, text, documents, images, failed }) => {
    const said = excerpt(text, 400)
    const brought = [countNoun(documents, 'document'), countNoun(images, 'image')].filter(Boolean).join(' and ')
    if (said === '' && brought !== '' && !failed) return `The tool ${tool} returned ${brought}.`
    if (failed) return said === '' ? `The tool ${tool} failed.` : `The tool ${tool} reported an error: "${said}".`
    return said === '' ? `The tool ${tool} returned nothing.` : `The tool ${tool} returned: "${said}".`
  })
  const next = outcomes.some(({ failed }) => failed)
    ? "I am Outcrop's simulator, so I will not try again."
    : "I am Outcrop's simulator, so I only repeat it."
  const more = outcomes.length > mostTold ? [`${outcomes.length - mostTold} more results came.`] : []
  return [...sentences, ...more, next].join(' ')
}

const countNoun = (count: number, noun: string): string =>
  count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`

/** Quotes the documents and describes the images that tools have returned; they are the last of the conversation. */
function tellReturned(context: TextContext): readonly TextPart[] {
  const { outcomes } = context.prompt
  const documents = outcomes.reduce((sum, outcome) => sum + outcome.documents, 0)
  const images = outcomes.reduce((sum, outcome) => sum + outcome.images, 0)
  const media: Media = {
    ...context.media,
    documents: documents === 0 ? [] : context.media.documents.slice(-documents),
    images: images === 0 ? [] : context.media.images.slice(-images),
  }
  if (documents === 0) return images === 0 ? [] : [{ text: ` ${describeImages(media.images)}` }]
  const [lead, ...others] = quoteDocuments({ ...context, media })
  return lead === undefined ? [] : [{ ...lead, text: ` ${lead.text}` }, ...others]
}

function quoteDocuments(context: TextContext): readonly TextPart[] {
  const { documents, images } = context.media
  const quote = findQuote(documents, context.prompt.text)
  const intro = `${introduce(context)} ${describeImages(images)}`.trimEnd()
  if (quote === undefined) {
    const found = `I found no text in the ${documents.length === 1 ? 'document' : 'documents'} you sent.`
    return [{ text: `${intro} ${found} ${aboutPictures(documents)}`.trimEnd() }]
  }
  const told = `${intro} ${aboutPictures(documents)}`.trimEnd()
  const lead = `${told} ${nameDocument(quote.document, documents.length)} says: `
  const close = echo(context.prompt.text)
  if (!quote.document.citations) return [{ text: `${lead}"${quote.text}" ${close}`.trimEnd() }]
  return [
    { text: lead },
    { text: quote.text, citations: [toCitation(quote)] },
    ...(close === '' ? [] : [{ text: `\n\n${close}` }]),
  ]
}

/** Says of pages without text what became of them: a scan is a picture, and nobody here can read one. */
function aboutPictures(documents: readonly ReadDocument[]): string {
  const pages = (isSeen: boolean): number =>
    documents
      .filter((document) => document.kind === 'pages' && document.isSeen === isSeen)
      .reduce((sum, { units }) => sum + units.filter((unit) => unit.trim() === '').length, 0)
  const [seen, unseen] = [pages(true), pages(false)]
  const sentences = [
    seen === 0 ? '' : `${countNoun(seen, 'page')} came as pictures without text, which this simulator cannot read.`,
    unseen === 0
      ? ''
      : `Of ${countNoun(unseen, 'page')} there is no text, and pictures are not seen: Converse shows pages only with citations enabled.`,
  ]
  return sentences.filter(Boolean).join(' ')
}

function nameDocument({ kind, title, units }: ReadDocument, documents: number): string {
  const what = kind === 'search' ? 'search result' : 'document'
  const named = title === null || title === '' ? what : `${what} "${excerpt(title, 80)}"`
  const pages = kind === 'pages' ? ` (${units.length} ${units.length === 1 ? 'page' : 'pages'})` : ''
  return documents === 1 ? `The ${named}${pages}` : `Of ${documents} documents, the ${named}${pages}`
}

function describeImages(images: readonly ReadImage[]): string {
  if (images.length === 0) return ''
  const told = images
    .slice(0, 5)
    .map(
      ({ format, width, height }, at) => `image ${at + 1} is a ${format.toUpperCase()} of ${width} x ${height} pixels`,
    )
  const more = images.length > 5 ? `, and ${images.length - 5} more came` : ''
  const list = told.join(', ') + more
  return `${capital(list)}.`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function talk(context: TextContext): string {
  const { prompt, media } = context
  return [introduce(context), echo(prompt.text), describeImages(media.images), aboutSystem(prompt), aboutTurn(prompt)]
    .filter(Boolean)
    .join(' ')
}

function introduce({ modelName, random }: TextContext): string {
  return random.pick([
    `This is Outcrop's simulator, answering in place of ${modelName}.`,
    `Hello from Outcrop's simulator, which stands in for ${modelName}.`,
    `Outcrop's simulator here, in place of ${modelName}: no model has read this.`,
  ])
}

/** Long prompts are known by their end, where the question stands. */
function echo(prompt: string): string {
  if (prompt.trim() === '') return ''
  return prompt.length <= 160
    ? `You wrote: "${excerpt(prompt, 160)}"`
    : `Your message ends: "${excerpt(prompt, 120, 'end')}"`
}

function aboutSystem({ system }: Prompt): string {
  if (system.trim() === '') return ''
  const words = plainWords(system.slice(0, 100_000)).length
  return `Your system prompt of ${words} ${words === 1 ? 'word' : 'words'} came along.`
}

function aboutTurn({ turn }: Prompt): string {
  return turn > 1 ? `This is turn ${turn} of our conversation.` : ''
}

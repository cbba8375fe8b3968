import {
  GatewayError,
  type ContentBlock,
  type DocumentBlock,
  type ImageBlock,
  type MessagesRequest,
} from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'

import { imageHeaders } from './image.fixture.ts'
import { createDocumentReader } from './document-reader.ts'
import type { Media } from './media.ts'
import { makeBomb, makePdf } from './pdf.fixture.ts'
import { readMedia, type MediaContext } from './read-media.ts'

const documents = createDocumentReader({ idleMs: 100 })
const context: MediaContext = {
  model: 'claude-sonnet-4-5-20250929',
  contextWindow: 200_000,
  documentMode: 'visual',
  wire: 'invoke',
  documents,
  call: new AbortController(),
}

const ask = (content: readonly ContentBlock[]): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 10,
  messages: [{ role: 'user', content }],
})
const read = async (content: readonly ContentBlock[], changes: Partial<MediaContext> = {}): Promise<Media> =>
  readMedia(ask(content), { ...context, ...changes })
const refusal = async (content: readonly ContentBlock[], changes: Partial<MediaContext> = {}): Promise<string> => {
  const error: unknown = await read(content, changes).catch((caught: unknown) => caught)
  if (!(error instanceof GatewayError)) throw new Error('It was not refused')
  return `${error.code}: ${error.message}`
}
const pdfBlock = (bytes: Buffer, citations = false): DocumentBlock => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: bytes.toString('base64') },
  citations: { enabled: citations },
})
const image = (bytes: Buffer, media_type = 'image/png'): ImageBlock => ({
  type: 'image',
  source: { type: 'base64', media_type, data: bytes.toString('base64') },
})
const page = (about: string): string =>
  Array.from({ length: 20 }, (_, at) => `Line ${at} of the page about ${about} goes here in full length.`).join('\n')

const textDocument = (media_type: string, data: string): DocumentBlock => ({
  type: 'document',
  title: 'T',
  source: { type: 'text', media_type, data },
})

describe('a PDF', () => {
  it('is read page by page', async () => {
    const media = await read([pdfBlock(makePdf(['Granite is old.', 'Chalk is\nsoft (very).']))])
    expect(media.documents).toEqual([
      {
        kind: 'pages',
        units: ['Granite is old.', 'Chalk is\nsoft (very).'],
        title: null,
        source: '',
        citations: false,
        isSeen: true,
        index: 0,
      },
    ])
  })

  it('costs about 1,000 tokens for three pages as text and about 7,000 where it is seen', async () => {
    const block = makePdf([page('granite'), page('chalk'), page('iron')])
    const asText = await read([pdfBlock(block)], { documentMode: 'per-citations' })
    const withCitations = await read([pdfBlock(block, true)], { documentMode: 'per-citations' })
    const onInvoke = await read([pdfBlock(block)])
    expect(asText.cost).toEqual({ text: expect.any(Number) as number, seen: 0 })
    expect(asText.cost.text).toBeGreaterThan(800)
    expect(asText.cost.text).toBeLessThan(1_300)
    expect(withCitations.cost).toEqual({ text: asText.cost.text, seen: 6_000 })
    expect(onInvoke.cost).toEqual(withCitations.cost)
  })

  it('is refused by name when it is broken, encrypted or empty', async () => {
    const at = 'messages.0.content.0.pdf.source.base64.data'
    expect(await refusal([pdfBlock(Buffer.from('hello'))])).toBe(`validation: ${at}: The PDF specified was not valid.`)
    expect(await refusal([pdfBlock(Buffer.from('%PDF-1.4 and then nothing of use'))])).toBe(
      `validation: ${at}: The PDF specified was not valid.`,
    )
    expect(await refusal([pdfBlock(makePdf(['Secret'], true))])).toBe(
      `validation: ${at}: The PDF specified is password protected.`,
    )
    expect(await refusal([pdfBlock(Buffer.alloc(0))])).toBe(`validation: ${at}: The PDF specified was not valid.`)
  })

  it('may have 100 pages over all documents, and 600 where the context holds a million tokens', async () => {
    const sixty = pdfBlock(makePdf(Array.from({ length: 60 }, (_, at) => `Page ${at}`)))
    expect(await refusal([sixty, sixty])).toBe(
      'validation: messages.0.content.1.pdf.source.base64.data: A maximum of 100 PDF pages may be provided.',
    )
    expect((await read([sixty, sixty], { contextWindow: 1_000_000 })).documents).toHaveLength(2)
  })

  it('that takes too long is given up, and the next one is read', async () => {
    const hasty = createDocumentReader({ timeoutMs: 1 })
    const long = makePdf(Array.from({ length: 90 }, (_, at) => page(`rock ${at}`)))
    expect(await refusal([pdfBlock(long)], { documents: hasty })).toBe(
      'validation: messages.0.content.0.pdf.source.base64.data: The PDF specified takes too long to read.',
    )
    expect((await read([pdfBlock(makePdf(['Quick']))])).documents[0]?.units).toEqual(['Quick'])
  })

  it('that unpacks to a thousand times its size is refused before it has, and the next one is read', async () => {
    expect((await read([pdfBlock(makeBomb(20_000_000))])).documents[0]?.units).toEqual([''])
    const bomb = makeBomb(400_000_000)
    expect(bomb.length).toBeLessThan(10_000)
    expect(await refusal([pdfBlock(bomb)])).toBe(
      'validation: messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid.',
    )
    expect((await read([pdfBlock(makePdf(['Slate.']))])).documents[0]?.units).toEqual(['Slate.'])
  }, 30_000)

  it('is read while others are, each with its own text', async () => {
    const texts = await Promise.all(
      ['one', 'two', 'three'].map(async (text) => (await read([pdfBlock(makePdf([text]))])).documents[0]?.units[0]),
    )
    expect(texts).toEqual(['one', 'two', 'three'])
  })
})

describe('an image', () => {
  it.each([
    [200, 200, 'claude-haiku-4-5-20251001', 64],
    [1000, 1000, 'claude-haiku-4-5-20251001', 1_296],
    [1920, 1080, 'claude-opus-4-8', 2_691],
    [1, 1, 'claude-opus-4-8', 1],
  ])('of %i x %i costs %s the tiles of 28 pixels it has', async (width, height, model, tokens) => {
    expect((await read([image(imageHeaders.png(width, height))], { model })).cost).toEqual({ text: 0, seen: tokens })
  })

  it('that is large is scaled down first', async () => {
    const { cost } = await read([image(imageHeaders.png(8_000, 8_000))])
    expect(cost.seen).toBeLessThanOrEqual(1_568)
    expect(cost.seen).toBeGreaterThan(1_400)
  })

  it('is refused when its bytes are of another format than it claims', async () => {
    expect(await refusal([image(imageHeaders.jpeg(5, 5))])).toBe(
      'validation: messages.0.content.0.image.source.base64: The image was specified using the image/png media type, but the image appears to be a image/jpeg image',
    )
  })

  it('is refused when it is none', async () => {
    expect(await refusal([image(Buffer.from('not an image'))])).toBe('validation: Could not process image')
  })

  it('is refused beyond 8,000 pixels on a side, wherever it stands', async () => {
    const result: ContentBlock = { type: 'tool_result', tool_use_id: 't', content: [image(imageHeaders.png(8_001, 5))] }
    expect(await refusal([result])).toBe(
      'validation: messages.0.content.0.tool_result.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels',
    )
  })

  it('is refused beyond 2,000 pixels among more than 20', async () => {
    const images = Array.from({ length: 21 }, () => image(imageHeaders.png(2_001, 5)))
    expect((await read(images.slice(1))).images).toHaveLength(20)
    expect(await refusal(images)).toBe(
      'validation: messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels',
    )
  })

  it('may have its size behind a long preview', async () => {
    const { images } = await read([
      image(Buffer.concat([imageHeaders.jpeg(30, 20, 65_000), Buffer.alloc(100_000)]), 'image/jpeg'),
    ])
    expect(images).toEqual([{ format: 'jpeg', width: 30, height: 20 }])
  })
})

describe('other documents', () => {
  it('are read as text', async () => {
    const html =
      '<html><head><title>x</title><style>p{}</style></head><body><h1>Head</h1><p>One &amp; two &#233;</p><script>bad()</script></body>'
    const { documents } = await read([textDocument('text/plain', 'Plain.'), textDocument('text/html', html)])
    expect(documents.map(({ units }) => units)).toEqual([['Plain.'], ['Head\n\nOne & two é']])
  })

  it('of content blocks keep their blocks, and show their images', async () => {
    const { documents, images } = await read([
      {
        type: 'document',
        source: { type: 'content', content: [{ type: 'text', text: 'One.' }, image(imageHeaders.png(28, 28))] },
      },
      { type: 'search_result', source: 'https://example.com', title: 'S', content: [{ type: 'text', text: 'Found.' }] },
    ])
    expect(documents.map(({ kind, units, index }) => [kind, units, index])).toEqual([
      ['blocks', ['One.', ''], 0],
      ['search', ['Found.'], 0],
    ])
    expect(images).toHaveLength(1)
  })

  it('are counted apart from search results, in linear time', async () => {
    const text = textDocument('text/plain', 'x')
    const found: ContentBlock = {
      type: 'search_result',
      source: 's',
      title: 'S',
      content: [{ type: 'text', text: 'x' }],
    }
    const content = Array.from({ length: 60_000 }, (_, at) => (at % 3 === 0 ? found : text))
    const started = performance.now()
    const { documents } = await read(content)
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(documents.slice(-3).map(({ kind, index }) => [kind, index])).toEqual([
      ['search', 19_999],
      ['characters', 39_998],
      ['characters', 39_999],
    ])
  })

  it('that are not what they claim are refused by their path, and on Converse by their name too', async () => {
    const word: DocumentBlock = {
      type: 'document',
      title: 'report',
      source: {
        type: 'base64',
        media_type: 'application/msword',
        data: Buffer.from('{\\rtf1 hello}').toString('base64'),
      },
    }
    expect(await refusal([word], { wire: 'converse' })).toBe(
      'validation: messages.0.content.0.source.bytes: The document source bytes could not be parsed as the specified format. If using a text-based format, try source.text instead of source.bytes. Document "report": it is rtf, not doc.',
    )
    const named = { ...pdfBlock(imageHeaders.png(5, 5)), title: 'scan' }
    expect(await refusal([named], { wire: 'converse' })).toBe(
      'validation: messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid. Document "scan": it is an image, not pdf.',
    )
    expect(await refusal([textDocument('text/plain', 'PK\x03\x04\0\0')], { wire: 'converse' })).toBe(
      'validation: messages.0.content.0.source.bytes: The document source bytes could not be parsed as the specified format. If using a text-based format, try source.text instead of source.bytes. Document "T": it is no sound txt file.',
    )
    expect((await read([textDocument('text/plain', 'a\0b')])).documents[0]?.units).toEqual(['a\0b'])
  })
})

import type { Json, JsonObject } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import type { ClientWire } from '../options.ts'
import { checkBlockSizes, checkRequestSize } from './check-request-size.ts'

const image = (length: number, media_type = 'image/png'): JsonObject => ({
  type: 'image',
  source: { type: 'base64', media_type, data: 'A'.repeat(length) },
})
const pdf = (length: number): JsonObject => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: 'A'.repeat(length) },
})
const text = (length: number, letter = 'a'): JsonObject => ({ type: 'text', text: letter.repeat(length) })
const user = (...content: readonly Json[]): JsonObject => ({ role: 'user', content })

function check(body: JsonObject, wire: ClientWire = 'invoke', anthropicName?: string) {
  const model = anthropicName === undefined ? undefined : { anthropicName }
  return checkBlockSizes(body, wire, model) ?? checkRequestSize(body, JSON.stringify(body), wire)
}

const mega = 1_048_576

describe('a request over the limit of its wire', () => {
  it('is refused with its size, the limit, and its largest blocks by path', () => {
    const body = {
      system: [text(100)],
      tools: [{ name: 'find', input_schema: { type: 'object' } }],
      messages: [
        user(text(2 * mega)),
        { role: 'assistant', content: 'I see' },
        user({ type: 'tool_result', tool_use_id: 'a', content: [text(10), pdf(9 * mega)] }),
        user(image(4.5 * mega), image(5 * mega, 'image/jpeg')),
      ],
    }
    const size = JSON.stringify(body).length
    expect(check(body)).toEqual({
      status: 413,
      message: `The request has 20.5 MB (${size.toLocaleString('en-US')} bytes), and Bedrock's runtime takes 20 MB (20,971,520 bytes). The largest blocks are messages.2.content.0.content.1 (application/pdf, 9 MB), messages.3.content.1 (image/jpeg, 5 MB), messages.3.content.0 (image/png, 4.5 MB). Send fewer or smaller ones.`,
    })
    expect(check(body, 'runtime-messages')?.status).toBe(413)
    expect(check(body, 'mantle')).toBeUndefined()
  })

  it('is measured to the byte', () => {
    const empty = JSON.stringify({ messages: [user(text(0))] }).length
    expect(check({ messages: [user(text(20_971_520 - empty))] })).toBeUndefined()
    expect(check({ messages: [user(text(20_971_521 - empty))] })?.message).toMatch(
      /^The request has 20 MB \(20,971,521 bytes\)/,
    )
  })

  it.each([
    ['é', 10_485_000, undefined],
    ['é', 10_486_000, 413],
    ['字', 6_990_000, undefined],
    ['字', 6_991_000, 413],
    ['"', 10_486_000, 413],
  ])('is measured in UTF-8 as JSON: %s, %i times', (letter, count, status) => {
    expect(check({ messages: [user(text(count, letter))] })?.status).toBe(status)
  })

  it('is measured as it is sent, not as it was written', () => {
    const body = { messages: [user(text(10))] }
    const bytes = new Uint8Array(20_971_521)
    expect(checkRequestSize(body, bytes, 'invoke')?.status).toBe(413)
  })

  it('names a text that is all there is', () => {
    expect(check({ messages: [{ role: 'user', content: 'a'.repeat(21 * mega) }] })?.message).toContain(
      'The largest blocks are messages.0.content (text, 21 MB).',
    )
  })
})

describe('a block over a limit of its own', () => {
  it.each(['invoke', 'runtime-messages', 'mantle', 'converse'] as const)('is named on %s: an image', (wire) => {
    expect(check({ messages: [user(text(5), image(5_242_880))] }, wire)).toBeUndefined()
    expect(check({ messages: [user(text(5), image(5_242_884))] }, wire)).toEqual({
      status: 413,
      message:
        'messages.0.content.1 (image/png, 5 MB) is too large: an image has at most 5,242,880 bytes as base64: make it smaller.',
    })
  })

  it('is free where the limit is not the wire’s, or not for PDFs of Claude 4 and later', () => {
    const body = { messages: [user(pdf(6_400_000), text(5))] }
    expect(check(body, 'converse', 'claude-opus-4-6')).toBeUndefined()
    expect(check(body, 'invoke', 'claude-3-haiku-20240307')).toBeUndefined()
    expect(check(body, 'converse', 'claude-3-haiku-20240307')).toEqual({
      status: 413,
      message:
        'messages.0.content.0 (application/pdf, 6.1 MB) is too large: a document has at most 4,718,592 bytes as a file on Converse: split it, or use another wire.',
    })
  })

  it('is counted on Converse alone', () => {
    const documents = { messages: [user(...Array.from({ length: 6 }, () => pdf(4)))] }
    expect(check(documents, 'converse')).toEqual({
      status: 400,
      message:
        'Converse takes 5 documents a request, and this has 6: messages.0.content.0, messages.0.content.1, messages.0.content.2, messages.0.content.3, messages.0.content.4, messages.0.content.5.',
    })
    const images = { messages: [user(text(1)), user(...Array.from({ length: 21 }, () => image(4)))] }
    expect(check(images, 'converse')).toEqual({
      status: 400,
      message: 'Converse takes 20 images a message, and messages.1 has 21.',
    })
    expect(check(documents)).toBeUndefined()
    expect(check(images)).toBeUndefined()
  })
})

it('takes bodies of any shape: what is wrong with them others say', () => {
  for (const body of [
    {},
    { messages: 'x' },
    { messages: [null, 1, { content: [null, { type: 1, source: 3 }] }] },
    { tools: {} },
  ]) {
    expect(check(body as JsonObject, 'converse')).toBeUndefined()
  }
})

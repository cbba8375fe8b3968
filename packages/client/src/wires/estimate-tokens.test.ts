import { textToBase64 } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { estimateTokens } from './estimate-tokens.ts'
import { WireRefusal } from './wire-adapter.ts'

const opus46 = { anthropicName: 'claude-opus-4-6' }
const of = (...content: readonly object[]) =>
  estimateTokens(JSON.parse(JSON.stringify({ messages: [{ role: 'user', content }] })), opus46)
const text = { type: 'text', text: 'hello, world' }
const result = (content: readonly object[]) => of({ type: 'tool_result', tool_use_id: 'a', content }).input_tokens

describe('an estimate of tokens', () => {
  // LOCAL §4: the anchors that were measured, one a family.
  it.each([
    ['claude-opus-4-6', 10, 'v3; error=5%'],
    ['claude-opus-4-8', 15, 'v4.7; error=20%'],
    ['claude-opus-5', 10, 'v5; error=20%'],
    ['claude-opus-9', 10, 'v5; error=20%'],
  ])('meets what was measured of %s', (anthropicName, input_tokens, quality) => {
    expect(estimateTokens({ messages: [{ role: 'user', content: 'hello, world' }] }, { anthropicName })).toEqual({
      input_tokens,
      quality,
    })
  })

  it('counts what is read of files with the text, and says no error of what is seen', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'hello, world '.repeat(100) }
    const read = of({ type: 'document', source }, text)
    expect(read.input_tokens).toBeGreaterThan(300)
    expect(read.quality).toBe('v3; error=5%')
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } }
    expect(of(image, text)).toEqual({ input_tokens: of(text).input_tokens + 1600, quality: 'v3; error=unknown' })
  })

  it('counts images in the results of tools', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } }
    expect(result([image]) - result([])).toBe(1600)
  })

  it.each([
    ['by the pages that it names', '%PDF-1.4 /Type /Pages /Type/Page /Type /Page\n', 2],
    ['by its size where it names none', '%PDF-1.7', 1],
  ])('counts a PDF %s', (_name, file, pages) => {
    const source = { type: 'base64', media_type: 'application/pdf', data: textToBase64(file) }
    expect(of({ type: 'document', source }).input_tokens - of().input_tokens).toBe(pages * 2350)
  })

  it('refuses what is no request', () => {
    expect(() => estimateTokens({ messages: 'hi' }, opus46)).toThrow(
      new WireRefusal('messages: Input should be a valid list'),
    )
  })
})

import { countTokens } from '@outcrop/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { AnswerBlock } from './answer.ts'
import { fitAnswer } from './fit-answer.ts'

const text = (content: string): AnswerBlock => ({ kind: 'text', text: content })
const call = (input: Record<string, string | number>): AnswerBlock => ({
  kind: 'tool',
  id: 'toolu_1',
  name: 'find',
  input,
  json: JSON.stringify(input),
})
const textOf = (blocks: readonly AnswerBlock[]): string =>
  blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('')

describe('an answer', () => {
  it('that fits stays as it is', () => {
    expect(fitAnswer([text('Hi there.')], { maxTokens: 3, stopSequences: [] })).toEqual({
      blocks: [text('Hi there.')],
      stopReason: 'end_turn',
      stopSequence: null,
      outputTokens: 3,
    })
  })

  it.each([
    [1, 'One'],
    [2, 'One two'],
    [3, 'One two three'],
  ])('is cut after exactly %i tokens', (maxTokens, expected) => {
    expect(fitAnswer([text('One two three four.')], { maxTokens, stopSequences: [] })).toEqual({
      blocks: [text(expected)],
      stopReason: 'max_tokens',
      stopSequence: null,
      outputTokens: maxTokens,
    })
  })

  it('ends before the first stop sequence, and names it', () => {
    expect(fitAnswer([text('One two three four.')], { maxTokens: 99, stopSequences: ['four', 'hree', 'thr'] })).toEqual(
      {
        blocks: [text('One two ')],
        stopReason: 'stop_sequence',
        stopSequence: 'thr',
        outputTokens: 3,
      },
    )
  })

  it('finds stop sequences inside words and over the seams of blocks', () => {
    const blocks = [text('Alpha be'), text('ta gamma'), call({ q: 1 })]
    expect(fitAnswer(blocks, { maxTokens: 99, stopSequences: ['beta'] })).toMatchObject({
      blocks: [text('Alpha ')],
      stopSequence: 'beta',
    })
    expect(fitAnswer([text('Alpha')], { maxTokens: 99, stopSequences: ['Alpha'] })).toMatchObject({
      blocks: [],
      stopReason: 'stop_sequence',
      outputTokens: 1,
    })
  })

  it('is cut by the limit when that is reached before the stop sequence is said', () => {
    expect(fitAnswer([text('One two three four.')], { maxTokens: 2, stopSequences: ['three'] })).toMatchObject({
      blocks: [text('One two')],
      stopReason: 'max_tokens',
    })
  })

  it('keeps the members of a cut tool input that were said in full', () => {
    const input = { city: 'Paris', days: 3, note: 'a rather long note that does not fit any more' }
    const whole = fitAnswer([call(input)], { maxTokens: 99, stopSequences: [] })
    expect(whole).toMatchObject({ blocks: [call(input)], stopReason: 'tool_use' })
    const cut = fitAnswer([call(input)], { maxTokens: 22, stopSequences: [] })
    expect(cut).toMatchObject({ stopReason: 'max_tokens', outputTokens: 22 })
    expect(cut.blocks).toEqual([
      { ...call(input), input: { city: 'Paris', days: 3 }, json: '{"city":"Paris","days":3,"note":' },
    ])
    expect(fitAnswer([call(input)], { maxTokens: 1, stopSequences: [] }).blocks).toMatchObject([
      { input: {}, json: '' },
    ])
  })

  it.each([[['b\nc', 'b']], [['b', 'b\nc']]])('stops at the sequence that is complete first of %j', (stopSequences) => {
    expect(fitAnswer([text('b\nc')], { maxTokens: 1, stopSequences })).toMatchObject({
      blocks: [],
      stopReason: 'stop_sequence',
      stopSequence: 'b',
    })
  })

  it('never leaks a stop sequence, never exceeds its limit, and counts what it says', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '\n', '😀'), minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(piece, { maxLength: 3 }),
        (texts, maxTokens, stops) => {
          const stopSequences = stops.map((stop) => stop.slice(0, 3))
          const fitted = fitAnswer(texts.map(text), { maxTokens, stopSequences })
          const said = textOf(fitted.blocks)
          expect(texts.join('').startsWith(said)).toBe(true)
          expect(stopSequences.filter((stop) => stop !== '' && said.includes(stop))).toEqual([])
          expect(fitted.outputTokens).toBeLessThanOrEqual(maxTokens)
          const whole = texts.reduce((sum, part) => sum + countTokens(part), 0)
          const counts = new Map<string, number>([
            ['max_tokens', maxTokens],
            ['end_turn', whole],
          ])
          expect(fitted.outputTokens).toBe(counts.get(fitted.stopReason) ?? fitted.outputTokens)
          expect(fitted.stopReason === 'end_turn').toBe(said === texts.join('') && fitted.stopSequence === null)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

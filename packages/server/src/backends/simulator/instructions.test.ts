import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readInstruction } from './instructions.ts'

describe('an instruction', () => {
  it.each([
    ['Reply with exactly: pong', 'pong'],
    ['Please reply with only the word "pong".', 'pong'],
    ["Say exactly 'Hello, world!' and nothing else.", 'Hello, world!'],
    ['Respond with just OK.', 'OK'],
    ['Answer with only yes or no.', 'yes'],
    ['Repeat after me: the rain in Spain', 'the rain in Spain'],
    ['Reply with the single word: done', 'done'],
    ['You are a bot.\nReply with exactly the text “ready”', 'ready'],
    ['Output only `x = 1`', 'x = 1'],
  ])('%j is obeyed to the letter', (prompt, text) => {
    expect(readInstruction(prompt)).toEqual({ kind: 'exactly', text })
  })

  it.each([
    ['Count to 5.', 1, 5],
    ['Please count from 3 to 1', 3, 1],
    ['count up to ten', 1, 10],
  ])('%j counts', (prompt, from, to) => {
    expect(readInstruction(prompt)).toEqual({ kind: 'count', from, to })
  })

  it.each([
    ['Write a story of 500 words', { kind: 'words', words: 500 }],
    ['Write a 50-word summary', { kind: 'words', words: 50 }],
    ['Tell me a long story about a rock', { kind: 'words', words: 400 }],
    ['Write a poem', { kind: 'words', words: 150 }],
    ['Give me five names for a cat', { kind: 'list', items: 5 }],
    ['Answer in JSON with the keys "name" and "age".', { kind: 'json', keys: ['name', 'age'], array: false }],
    ['Return a JSON array', { kind: 'json', keys: [], array: true }],
    ['Say hi', { kind: 'say', text: 'hi' }],
    ['Can you say hello?', { kind: 'say', text: 'hello' }],
    ['What does it say about granite?', { kind: 'talk' }],
    ['What did you say about granite?', { kind: 'talk' }],
    ['What is bedrock?', { kind: 'talk' }],
    ['What did he say about the weather in the north of the country', { kind: 'talk' }],
    ['', { kind: 'talk' }],
  ])('%j means %j', (prompt, expected) => {
    expect(readInstruction(prompt)).toEqual(expected)
  })

  it('is looked for in any text quickly', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('reply ', 'with ', 'only ', 'the ', 'json ', 'keys ', '"', '1', ' to ', 'count ', ',', '\n'),
        ),
        (parts) => {
          readInstruction(parts.join(''))
        },
      ),
    )
    for (const unit of ['reply ', 'only the ', '1 ', '"', 'a ', 'say ', 'keys ', '5 a ']) {
      const started = performance.now()
      readInstruction(unit.repeat(200_000))
      expect(performance.now() - started).toBeLessThan(200)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { findJson } from './find-json.ts'

describe('findJson', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a whole text', ' {"a": 1}\n', ['{"a": 1}', '{"a": 1}']],
    ['a scalar', '"yes"', ['"yes"']],
    ['a fence', 'Here:\n```json\n{"a": [1]}\n```\nDone.', ['{"a": [1]}', '{"a": [1]}']],
    ['a fence without a language, cut', '```\n[1]', ['[1]', '[1]']],
    ['prose around', 'The answer is {"a": "}"} as you see.', ['{"a": "}"}']],
    ['braces of prose first', 'For {x} it is {"a": "\\"{"}', ['{"a": "\\"{"}']],
    ['two values', '[1] or {"b": 2}', ['[1]', '{"b": 2}']],
    ['an unfinished value', 'It is {"a": [1, 2', []],
    ['no JSON', 'I do not know.', []],
  ])('finds the JSON in %s', (_name, text, expected) => {
    expect([...findJson(text)].map((found) => found.text)).toEqual(expected)
  })

  it('gives the value beside the text', () => {
    expect(findJson('So: {"a": 1e2}').next().value).toEqual({ text: '{"a": 1e2}', value: { a: 100 } })
  })

  it.each([
    ['brackets', '['.repeat(500_000)],
    ['closed brackets', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['quotes', '{"'.repeat(250_000)],
    ['fences', '```'.repeat(150_000)],
  ])('takes little time for half a megabyte of %s', (_name, text) => {
    const started = performance.now()
    expect([...findJson(text)]).toEqual([])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

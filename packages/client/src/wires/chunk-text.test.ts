import { expect, it } from 'vitest'
import { readChunkText } from './chunk-text.ts'

const read = (payload: string) => readChunkText(new TextEncoder().encode(payload))

it.each([
  ['as Bedrock spells it', '{"bytes":"eyJ0eXBlIjoicGluZyJ9","p":"abcd"}'],
  ['with its keys the other way round', '{"p":"abcd","bytes":"eyJ0eXBlIjoicGluZyJ9"}'],
  ['with white space', '{ "bytes" : "eyJ0eXBlIjoicGluZyJ9" }'],
  ['with escapes', '{"bytes":"eyJ0eXBlIjoicGluZyJ9\\u003d"}'.replace('\\u003d', '')],
])('reads the event inside a chunk %s', (_, payload) => {
  expect(read(payload)).toBe('{"type":"ping"}')
})

it.each(['', '{}', '[]', 'null', '{"bytes":1}', '{"bytes":"', '{"bytes":"*"}', 'no JSON'])(
  'finds no event in %j',
  (payload) => {
    expect(read(payload)).toBeUndefined()
  },
)

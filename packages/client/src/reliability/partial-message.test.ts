import { describe, expect, it } from 'vitest'
import type { WireEvent } from '../wires/wire-adapter.ts'
import { createPartialMessage } from './partial-message.ts'

function build(events: ReadonlyArray<{ type: string; [key: string]: unknown }>) {
  const builder = createPartialMessage()
  for (const event of events) builder.add({ name: event.type, data: JSON.stringify(event) })
  return builder.read()
}
const start = {
  type: 'message_start',
  message: { id: 'msg_1', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
}
const block = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })

describe('createPartialMessage', () => {
  it('is nothing before the message has begun', () => {
    expect(build([{ type: 'ping' }])).toBeUndefined()
  })

  it('puts together thinking, text with citations, and a whole input of a tool', () => {
    const citation = { type: 'char_location', cited_text: 'b' }
    expect(
      build([
        start,
        block(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
        delta(0, { type: 'signature_delta', signature: 'sig' }),
        block(1, { type: 'text', text: '' }),
        delta(1, { type: 'citations_delta', citation }),
        delta(1, { type: 'text_delta', text: 'a' }),
        delta(1, { type: 'text_delta', text: 'b' }),
        block(2, { type: 'tool_use', id: 't', name: 'find', input: {} }),
        delta(2, { type: 'input_json_delta', partial_json: '' }),
        delta(2, { type: 'input_json_delta', partial_json: '{"q":' }),
        delta(2, { type: 'input_json_delta', partial_json: '1}' }),
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      ]),
    ).toEqual({
      id: 'msg_1',
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 9 },
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 'sig' },
        { type: 'text', text: 'ab', citations: [citation] },
        { type: 'tool_use', id: 't', name: 'find', input: { q: 1 } },
      ],
    })
  })

  it('keeps an input as far as it came', () => {
    const events = [
      start,
      block(0, { type: 'tool_use', id: 't', name: 'find', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"q": "a' }),
    ]
    expect(build(events)?.content).toEqual([
      { type: 'tool_use', id: 't', name: 'find', input: {}, partial_json: '{"q": "a' },
    ])
  })

  it('gives the same whether it is read often or once, over many events', () => {
    const builder = createPartialMessage()
    const events = [
      start,
      block(0, { type: 'text', text: '' }),
      ...Array.from({ length: 2_000 }, () => delta(0, { type: 'text_delta', text: 'ab' })),
    ]
    for (const [at, event] of events.entries()) {
      builder.add({ name: event.type, data: JSON.stringify(event) })
      if (at % 300 === 0) builder.read()
    }
    expect(builder.read()).toEqual(build(events))
    expect(builder.read()?.content).toEqual([{ type: 'text', text: 'ab'.repeat(2_000) }])
  })

  it('passes over what it does not understand', () => {
    const builder = createPartialMessage()
    const odd: WireEvent[] = [
      { name: 'x', data: 'no json' },
      { name: 'x', data: '[]' },
      { name: 'x', data: 'null' },
      ...[
        start,
        delta(7, { type: 'text_delta', text: 'a' }),
        block(1e9, { type: 'text', text: '' }),
        block(-1, { type: 'text', text: '' }),
        block(0.5, { type: 'text', text: '' }),
        block(3, { type: 'text', text: 'kept' }),
        delta(3, { type: 'new_delta', news: 1 }),
      ].map((event) => ({ name: event.type, data: JSON.stringify(event) })),
    ]
    for (const event of odd) builder.add(event)
    expect(builder.read()?.content).toEqual([{ type: 'text', text: 'kept' }])
  })
})

import { describe, expect, it } from 'vitest'
import { checkEvent, eventName } from './event-name.ts'

describe('eventName', () => {
  it.each([
    ['{"type":"ping"}', 'ping'],
    ['{ "type" : "ping" }', 'ping'],
    ['{"index":0,"type":"content_block_stop"}', 'content_block_stop'],
    [' {"type":"ping"}\n', 'ping'],
    ['{"index":0}', ''],
  ])('reads %j as %j', (data, name) => {
    expect(eventName(data)).toBe(name)
  })

  it.each(['', 'null', '"ping"', '{"type":"ping"]', '{"type":"content_block_delta","index":0,"del', '{type}'])(
    'tells that %j was broken on its way',
    (data) => {
      expect(() => eventName(data)).toThrow('An event of the stream is no JSON')
    },
  )

  it('is spared where a server names its events, but for their ends', () => {
    expect(() => checkEvent('{"type":"ping"}')).not.toThrow()
    expect(() => checkEvent('{"type":"ping"]')).toThrow('An event of the stream is no JSON: {"type":"ping"]')
  })
})

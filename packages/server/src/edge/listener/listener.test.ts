import { describe, expect, it } from 'vitest'
import { doors } from '../../../test/support/doors.ts'
import type { Exchange, Handle } from '../../exchange.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const echo: Handle = async (exchange: Exchange) => {
  const body = await exchange.readBody()
  const { method, rawPath, rawQuery } = exchange
  const text = JSON.stringify({ method, rawPath, rawQuery, body: new TextDecoder().decode(body) })
  return { status: 200, headers: [['Content-Type', 'application/json']], body: encode(text) }
}

describe.each(doors)('a handler asked %s', (_, open) => {
  it('sees method, path, query and body exactly as sent', async () => {
    const door = await open(echo)
    const answer = await door.ask({ method: 'POST', path: '/model/a%3Ab%2Fc/invoke?x=%20&y', body: '{"a":1}' })
    await door.close()
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual({
      method: 'POST',
      rawPath: '/model/a%3Ab%2Fc/invoke',
      rawQuery: 'x=%20&y',
      body: '{"a":1}',
    })
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['content-length']).toBe(String(answer.body.byteLength))
    expect(Math.abs(Date.parse(answer.headers['date'] ?? '') - Date.now())).toBeLessThan(2_000)
  })
})

import { describe, expect, it } from 'vitest'
import { doors } from '../../test/support/doors.ts'
import type { Handle } from '../exchange.ts'
import { withCors } from './cors.ts'

const hello: Handle = () =>
  Promise.resolve({ status: 200, headers: [['x-amzn-RequestId', 'r']], body: Buffer.from('hello') })

const app = 'https://app.example'

describe.each(doors)('a handler for web pages, %s', (_, open) => {
  async function ask(origins: readonly string[], method: string, headers: Record<string, string>) {
    const door = await open(withCors(hello, origins))
    const answer = await door.ask({ method, path: '/v1/messages', headers })
    await door.close()
    const cors = Object.entries(answer.headers).filter(([name]) => /^(?:access-control-|vary)/.test(name))
    return { status: answer.status, text: answer.text, cors: Object.fromEntries(cors) }
  }

  it('lets a page of a listed origin read the answer', async () => {
    expect(await ask([app], 'POST', { origin: app })).toEqual({
      status: 200,
      text: 'hello',
      cors: { 'access-control-allow-origin': app, 'access-control-expose-headers': '*', vary: 'Origin' },
    })
  })

  it('answers its preflight with the headers that it asked for, and never allows credentials', async () => {
    const answer = await ask([app], 'OPTIONS', {
      origin: app,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      'access-control-request-private-network': 'true',
    })
    expect(answer).toEqual({
      status: 204,
      text: '',
      cors: {
        'access-control-allow-origin': app,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-allow-private-network': 'true',
        'access-control-max-age': '600',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    })
  })

  it.each(['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null'])(
    'promises nothing to %s',
    async (origin) => {
      const headers = { origin, 'access-control-request-method': 'POST' }
      expect((await ask([app], 'OPTIONS', headers)).cors).toEqual({ vary: 'Origin' })
      expect((await ask([app], 'POST', { origin })).cors).toEqual({ vary: 'Origin' })
    },
  )

  it('lets every page read with a star', async () => {
    expect((await ask(['*'], 'POST', { origin: 'https://any.example' })).cors['access-control-allow-origin']).toBe('*')
  })

  it('changes nothing for programs, and nothing at all without origins', async () => {
    expect((await ask([app], 'POST', {})).cors).toEqual({})
    expect((await ask([], 'POST', { origin: app })).cors).toEqual({})
  })

  it('repeats nothing that is no list of header names', async () => {
    const headers = { origin: app, 'access-control-request-method': 'POST', 'access-control-request-headers': '<x>' }
    expect((await ask([app], 'OPTIONS', headers)).cors['access-control-allow-headers']).toBeUndefined()
  })
})

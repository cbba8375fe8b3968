import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { APIConnectionError, AuthenticationError } from '@outcrop/client'
import type { Middleware } from '@anthropic-ai/sdk/client'
import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { Outcrop } from '@outcrop/testkit'
import { clientOf, closedUrl, startStrict } from './support.ts'

const opus = 'us.anthropic.claude-opus-4-6-v1'
const hello = { model: opus, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] }

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startStrict({ faults: { onRequest: true } })
})
afterAll(() => outcrop.close())
beforeEach(() => outcrop.reset())

function bodyOf({ body }: { body?: unknown }): Readonly<Record<string, unknown>> {
  return typeof body === 'string' ? (JSON.parse(body) as Record<string, unknown>) : {}
}

const change: Middleware = async (request, next) => {
  const body = bodyOf(request)
  return next({ ...request, body: JSON.stringify({ ...body, max_tokens: 7 }) })
}

const twice: Middleware = async (request, next) => {
  const first = await next(request)
  return first.status === 429 ? next(request) : first
}

describe('middleware', () => {
  it("sees Anthropic's request and Anthropic's answer, streams as server-sent events", async () => {
    const seen: unknown[] = []
    const watch: Middleware = async (request, next) => {
      const response = await next(request)
      const { pathname } = new URL(request.url)
      const body = bodyOf(request)
      const headers = new Headers(request.headers)
      const kind = response.headers.get('content-type')?.split(';')[0]
      seen.push([request.method, pathname, body['model'], body['stream'], headers.get('anthropic-version'), kind])
      return response
    }
    const client = clientOf(outcrop, { middleware: [watch] })
    await client.messages.create(hello)
    await client.messages.stream(hello).finalMessage()
    expect(seen).toEqual([
      ['POST', '/v1/messages', opus, undefined, '2026-10-21', 'application/json'],
      ['POST', '/v1/messages', opus, true, '2026-10-21', 'text/event-stream'],
    ])
  })

  it('may change the body, and what it made is what is signed and sent', async () => {
    await clientOf(outcrop, { middleware: [change] }).messages.create(hello)
    expect(outcrop.calls[0]).toMatchObject({ status: 200, request: { max_tokens: 7 } })
  })

  it('may send a request to another place, as whoever sets client.baseURL, and it is signed for there', async () => {
    await using other = await startStrict()
    const elsewhere: Middleware = (request, next) =>
      next({ ...request, url: request.url.replace(outcrop.url, other.url) })
    const client = clientOf(outcrop, {
      awsAccessKey: other.env['AWS_ACCESS_KEY_ID'],
      awsSecretKey: other.env['AWS_SECRET_ACCESS_KEY'],
    })
    await client.messages.create(hello, { middleware: [elsewhere] })
    client.baseURL = other.url
    await client.messages.create(hello)
    expect([outcrop.calls.length, other.calls.map(({ status }) => status)]).toEqual([0, [200, 200]])
  })

  it('may ask again, and each time is signed anew', async () => {
    outcrop.script({ replies: [{ fault: 'throttled' }, { text: 'Again.' }] })
    const answer = await clientOf(outcrop, { middleware: [twice], maxRetries: 0 }).messages.create(hello)
    expect(answer.content).toMatchObject([{ text: 'Again.' }])
    expect(outcrop.calls.map(({ status }) => status)).toEqual([429, 200])
  })

  it('may read an answer on its way, and answer by itself', async () => {
    let read: Message | undefined
    const peek: Middleware = async (request, next, context) => {
      const response = await next(request)
      read = await context.parse<Message>(response)
      return response
    }
    const answer = await clientOf(outcrop).messages.create(hello, { middleware: [peek] })
    expect(read).toEqual(answer)
    const canned: Middleware = async () => Response.json({ ...answer, id: 'msg_canned' })
    const own = await clientOf(outcrop).messages.create(hello, { middleware: [canned] })
    expect(own.id).toBe('msg_canned')
    expect(outcrop.calls).toHaveLength(1)
  })

  it('runs at every attempt, and sees failures as Anthropic would answer them', async () => {
    const seen: unknown[] = []
    const watch: Middleware = async (request, next) => {
      const response = await next(request)
      seen.push([new Headers(request.headers).get('x-stainless-retry-count'), response.status])
      return response
    }
    outcrop.script({ replies: [{ fault: 'throttled' }, { text: 'At last.' }] })
    await clientOf(outcrop, { middleware: [watch], random: () => 0 }).messages.create(hello)
    expect(seen).toEqual([
      ['0', 429],
      ['1', 200],
    ])
  })

  it('sees a failed search for credentials as a refusal, and it is not repeated', async () => {
    const seen: number[] = []
    const watch: Middleware = async (request, next) => {
      const response = await next(request)
      seen.push(response.status)
      return new Response(response.body, response)
    }
    const client = clientOf(outcrop, {
      middleware: [watch],
      awsAccessKey: undefined,
      awsSecretKey: undefined,
      providerChainResolver: async () => async () => {
        throw new Error('The metadata service timed out')
      },
    })
    await expect(client.messages.create(hello)).rejects.toBeInstanceOf(AuthenticationError)
    expect(seen).toEqual([401])
  })

  it('sees a connection that fails as an error that is thrown', async () => {
    const seen: unknown[] = []
    const watch: Middleware = async (request, next) => {
      try {
        return await next(request)
      } catch (error) {
        seen.push(error)
        throw error
      }
    }
    const client = clientOf(outcrop, { middleware: [watch], baseURL: await closedUrl(), maxRetries: 1 })
    await expect(client.messages.create(hello)).rejects.toBeInstanceOf(APIConnectionError)
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBeInstanceOf(APIConnectionError)
  })
})

describe('a custom fetch', () => {
  it('sees what goes over the wire, with the options of the caller', async () => {
    const seen: unknown[] = []
    const client = clientOf(outcrop, {
      fetchOptions: { keepalive: true },
      fetch: async (input, init) => {
        const url = input instanceof Request ? input.url : input.toString()
        seen.push([new URL(url).pathname, init?.keepalive, new Headers(init?.headers).get('authorization')])
        return fetch(url, init)
      },
    })
    await client.messages.create(hello)
    expect(seen).toEqual([[`/model/${opus}/invoke`, true, expect.stringMatching(/^AWS4-HMAC-SHA256 /) as string]])
  })

  it('is bound by the time limit of a request', async () => {
    outcrop.script({ fault: { kind: 'slow', ms: 5000 } })
    const call = clientOf(outcrop).messages.create(hello, { timeout: 100, maxRetries: 0 })
    await expect(call).rejects.toThrow(/timed out/)
  })
})

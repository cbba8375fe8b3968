import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeds, soundIds, toHttp1, wrapped } from './endpoint/requests.ts'
import { type Servers, startServers } from './endpoint/servers.ts'
import { soundMedia } from './input/documents.ts'
import { toRequest, ways } from './targets/documents.ts'
import { exchangeBytes, readAnswers } from './endpoint/wire.ts'

// A change to a request that is refused anyway reaches nothing: what is changed must be answered as it stands.

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.close())

async function statusOf(method: string, target: string, body: string): Promise<number | undefined> {
  const type = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded'
  const headers = [
    ['host', '127.0.0.1'],
    ['content-type', type],
  ] as const
  const request = { method, target, headers, body: Buffer.from(body) }
  const [answer] = readAnswers(await exchangeBytes(servers.ports[0] ?? 0, [toHttp1(request, false)]))
  return answer?.status
}

const answered = seeds.filter(({ refused }) => refused === undefined)

describe('what is fuzzed', () => {
  it.each(answered)('begins with requests that are answered: $method $target', async (seed) => {
    const { method, target, bodies } = seed
    const refused: string[] = []
    // Thinking that was not signed here is refused on purpose: it leads to the check of signatures.
    for (const body of bodies.filter((body) => !JSON.stringify(body).includes('"Hm."'))) {
      const statuses = new Set<number | undefined>()
      for (const id of soundIds)
        statuses.add(
          await statusOf(
            method,
            target.replace('*', id),
            typeof body === 'string' ? body : wrapped(seed, JSON.stringify(body)),
          ),
        )
      if (!statuses.has(200)) refused.push(JSON.stringify(body))
    }
    expect(refused).toEqual([])
  })

  // Claude itself takes images, PDF and plain text alone; Converse reads the other documents to it (WIRE §6.4).
  it.each(soundMedia)('begins with documents and images that are read: $format', async (medium) => {
    const refused: unknown[] = []
    const isConverse = /^(?:converse|count)/
    for (const way of /^(?:doc|xls|html|md|csv|txt)/.test(medium.format)
      ? ways.filter((way) => isConverse.test(way))
      : ways) {
      const { method, target, body } = toRequest({ medium, way, citations: false })
      if ((await statusOf(method, target, Buffer.from(body).toString())) !== 200) refused.push(way)
    }
    expect(refused).toEqual([])
  })
})

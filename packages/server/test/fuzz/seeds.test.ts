import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeds, soundIds, toHttp1 } from './endpoint/requests.ts'
import { type Servers, startServers } from './endpoint/servers.ts'
import { exchangeBytes, readAnswers } from './endpoint/wire.ts'

// A change to a request that is refused anyway reaches nothing: what is changed must be answered as it stands.

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.close())

async function statusOf(method: string, target: string, body: object | string): Promise<number | undefined> {
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = [
    ['host', '127.0.0.1'],
    ['content-type', type],
  ] as const
  const request = { method, target, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }
  const [answer] = readAnswers(await exchangeBytes(servers.ports[0] ?? 0, [toHttp1(request, false)]))
  return answer?.status
}

const answered = seeds.filter(({ refused }) => refused === undefined)

describe('what is fuzzed', () => {
  it.each(answered)('begins with requests that are answered: $method $target', async ({ method, target, bodies }) => {
    const refused: string[] = []
    // Thinking that was not signed here is refused on purpose: it leads to the check of signatures.
    for (const body of bodies.filter((body) => !JSON.stringify(body).includes('"Hm."'))) {
      const statuses = new Set<number | undefined>()
      for (const id of soundIds) statuses.add(await statusOf(method, target.replace('*', id), body))
      if (!statuses.has(200)) refused.push(JSON.stringify(body))
    }
    expect(refused).toEqual([])
  })
})

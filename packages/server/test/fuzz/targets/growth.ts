import fc from 'fast-check'
import { type RawRequest, seeds, showRequest, soundIds, toHttp1, wrapped } from '../endpoint/requests.ts'
import { startServers } from '../endpoint/servers.ts'
import { exchangeBytes } from '../endpoint/wire.ts'
import { changeJson, type JsonChange } from '../input/json.ts'
import { createTarget } from '../target.ts'

/** One part of a sound request, made long or many. */
interface Growing {
  readonly seed: (typeof seeds)[number]
  readonly body: number
  readonly id: string
  readonly server: number
  readonly at: number
  readonly how: 'many' | 'long'
  readonly piece: string
}

const small = 50_000
const large = 400_000

/** Requests in which one part grows: eight times as much may take about eight times as long, and not its square. */
export const growth = createTarget<Growing>({
  name: 'growth',
  runs: 40,
  weight: 3,
  async open() {
    const servers = await startServers()
    const spend = async (growing: Growing, size: number): Promise<number> => {
      const bytes = toHttp1(toRequest(growing, size), false)
      const started = process.cpuUsage()
      await exchangeBytes(servers.ports[growing.server] ?? 0, [bytes])
      servers.throwDefects()
      const { user, system } = process.cpuUsage(started)
      return (user + system) / 1000
    }
    return {
      inputs: fc.record({
        seed: fc.constantFrom(...seeds.filter(({ method }) => method === 'POST')),
        body: fc.nat(20),
        id: fc.constantFrom(...soundIds),
        // The open ones, of both fidelities.
        server: fc.constantFrom(0, 1),
        at: fc.nat(120),
        how: fc.constantFrom('many', 'long'),
        piece: fc.constantFrom(...pieces),
      }),
      async check(growing) {
        const before = await spend(growing, small)
        const after = await spend(growing, large)
        // Once is chance: on a busy machine anything may take long.
        if (!isTooMuch(before, after)) return
        const again = Math.min(after, await spend(growing, large))
        if (isTooMuch(before, again)) throw new Error(`${before} ms for ${small} bytes, ${again} ms for ${large}`)
      },
      show: (growing) => showRequest(toRequest(growing, 200)),
      close: () => servers.close(),
    }
  },
})

function isTooMuch(before: number, after: number): boolean {
  return after > before * 20 + 400
}

/** What repeats inside a text: each has been the beginning of a slow expression somewhere. */
const pieces = [
  'a',
  'a ',
  'Aa1. ',
  ' ',
  '\\n',
  '\\n\\n',
  '\\t \\n',
  '\\"',
  '\\\\',
  '(',
  '(a|',
  '(a+)+',
  '[',
  '[a-',
  'a{1,9}',
  'a?',
  '.*',
  '|',
  '^',
  '$',
  '<',
  '<a ',
  '<!--',
  '&',
  '&#',
  '%',
  '{',
  '{"a":',
  '```',
  '**',
  '# ',
  '- ',
  '---\\n',
  '$ref',
  '/',
  '~1',
  '://',
  'é',
  '\\ud83d\\ude00',
  '\\u0000',
]

function toRequest({ seed, body, id, at, how, piece }: Growing, size: number): RawRequest {
  const sound = seed.bodies[body % seed.bodies.length] ?? ''
  const change: JsonChange =
    how === 'long'
      ? { kind: 'lengthen', at, piece, times: Math.ceil(size / piece.length) }
      : { kind: 'repeat', at, size }
  const written =
    typeof sound === 'string'
      ? `${sound}&${piece.repeat(size / piece.length)}`
      : wrapped(seed, changeJson(sound, [change]))
  const headers = [
    ['host', '127.0.0.1'],
    ['content-type', typeof sound === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'],
  ] as const
  return { method: seed.method, target: seed.target.replace('*', () => id), headers, body: Buffer.from(written) }
}

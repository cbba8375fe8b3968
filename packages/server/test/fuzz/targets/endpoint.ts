import fc from 'fast-check'
import { askHttp2, closeHttp2 } from '../endpoint/http2.ts'
import { hostileRequests, type RawRequest, type Seed, showRequest, toHttp1 } from '../endpoint/requests.ts'
import { startServers } from '../endpoint/servers.ts'
import { dialectOf, judge } from '../endpoint/verdict.ts'
import { type Answer, exchangeBytes, readAnswers } from '../endpoint/wire.ts'
import { createTarget } from '../target.ts'

interface Sent {
  readonly request: RawRequest
  /** Which of the servers. */
  readonly server: number
  readonly how: 'whole' | 'chunked' | 'http2'
}

/** How long the endpoint may compute for one request of these sizes, on a busy machine. */
const mostMilliseconds = 5_000

/** Requests of every operation through real sockets: each is answered in its caller's dialect, soon, and never with a defect. */
export const endpoint = createTarget<Sent>({
  name: 'endpoint',
  runs: 600,
  weight: 6,
  async open() {
    const servers = await startServers()
    const thoughts = await think(servers.ports[0] ?? 0)
    let sent = 0
    return {
      inputs: fc.record({
        request: hostileRequests(thoughts),
        server: fc.nat(servers.ports.length - 1),
        how: fc.constantFrom('whole', 'chunked', 'http2'),
      }),
      async check({ request, server, how }) {
        const port = servers.ports[server] ?? 0
        const started = process.cpuUsage()
        const answer =
          how === 'http2' ? await askHttp2(port, request) : await askHttp1(port, request, how === 'chunked')
        const { user, system } = process.cpuUsage(started)
        servers.throwDefects()
        // HTTP/2 has requests that its own layer refuses, without any answer.
        if (answer !== undefined) judgeAnswer(answer, request)
        if (user + system > mostMilliseconds * 1000) throw new Error(`${(user + system) / 1000} ms for one request`)
        if (++sent % 100 === 0) await servers.checkHealth()
      },
      show: ({ request, server, how }) => `to server ${server}, ${how}\n${showRequest(request)}`,
      async close() {
        closeHttp2()
        await servers.close()
      },
    }
  },
})

async function askHttp1(port: number, request: RawRequest, chunked: boolean): Promise<Answer> {
  const answers = readAnswers(await exchangeBytes(port, [toHttp1(request, chunked)]))
  const [first, ...more] = answers
  if (first === undefined || more.length > 0) throw new Error(`${answers.length} answers to one request`)
  return first
}

function judgeAnswer(answer: Answer, { method, target, headers }: RawRequest): void {
  // What answers HEAD has no body to be read, nor has what allows a web page to ask.
  if (method === 'HEAD' || answer.status === 204) return
  const authorization = headers.find(([name]) => name === 'authorization')?.[1]
  judge(answer, answer.status === 200 ? 'aws' : dialectOf(target, authorization))
}

/** Conversations with thinking that the endpoint has sealed, so that changes reach what opens the seals. */
async function think(port: number): Promise<readonly Seed[]> {
  const seeds: Seed[] = []
  for (const question of ['Think.', `Think. ${redacts}`]) {
    const asked = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    }
    const user = { role: 'user', content: question }
    const target = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke'
    const headers = [['host', '127.0.0.1']] as const
    const request = {
      method: 'POST',
      target,
      headers,
      body: Buffer.from(JSON.stringify({ ...asked, messages: [user] })),
    }
    const { status, body } = await askHttp1(port, request, false)
    const { content } = JSON.parse(body.toString()) as { readonly content: unknown }
    if (status !== 200 || !/"type":"(?:redacted_)?thinking"/.test(JSON.stringify(content)))
      throw new Error(`nothing was thought: ${String(body)}`)
    const messages = [user, { role: 'assistant', content }, { role: 'user', content: 'Again.' }]
    seeds.push({ method: 'POST', target, bodies: [{ ...asked, messages }] })
  }
  return seeds
}

/** Anthropic documents this for tests of redacted thinking. */
const redacts =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB'

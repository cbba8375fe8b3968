import fc from 'fast-check'
import { type RawRequest, toHttp1 } from '../endpoint/requests.ts'
import { startServers } from '../endpoint/servers.ts'
import { dialectOf, judge } from '../endpoint/verdict.ts'
import { exchangeBytes, readAnswers } from '../endpoint/wire.ts'
import { hostileMedium, imageFormats, type Medium, mediaTypes } from '../input/documents.ts'
import { createTarget } from '../target.ts'

interface Sent {
  readonly medium: Medium
  readonly way: (typeof ways)[number]
  readonly citations: boolean
  readonly server: number
}

/** Damaged documents and images through every wire that takes them: read, or refused by name, soon and in bounds. */
export const documents = createTarget<Sent>({
  name: 'documents',
  runs: 150,
  weight: 3,
  async open() {
    const servers = await startServers()
    let sent = 0
    return {
      inputs: fc.record({
        medium: hostileMedium,
        // Most formats are Converse's alone.
        way: fc.oneof(fc.constantFrom('converse', 'converse-stream', 'count-tokens'), fc.constantFrom(...ways)),
        citations: fc.boolean(),
        // The open ones: who calls makes no difference to a document.
        server: fc.constantFrom(0, 1),
      }),
      async check(input) {
        const request = toRequest(input)
        const answers = readAnswers(await exchangeBytes(servers.ports[input.server] ?? 0, [toHttp1(request, false)]))
        servers.throwDefects()
        const [answer] = answers
        if (answer === undefined) throw new Error('no answer')
        judge(answer, dialectOf(request.target))
        if (++sent % 50 === 0) await servers.checkHealth()
      },
      show: ({ medium: { format, bytes }, way, citations, server }) =>
        `${format} on ${way} of server ${server}, citations ${citations ? 'on' : 'off'}, in base64: ${Buffer.from(bytes).toString('base64')}`,
      close: () => servers.close(),
    }
  },
})

/** Every place that takes a document or image. */
export const ways = [
  'invoke',
  'invoke-with-response-stream',
  'converse',
  'converse-stream',
  'count-tokens',
  'messages',
  'in a tool result',
] as const

/** The request that carries a document or image in one of the ways. */
export function toRequest({ medium, way, citations }: Pick<Sent, 'medium' | 'way' | 'citations'>): RawRequest {
  const headers = [
    ['host', '127.0.0.1'],
    ['content-type', 'application/json'],
  ] as const
  const send = (target: string, body: object): RawRequest => ({
    method: 'POST',
    target,
    headers,
    body: Buffer.from(JSON.stringify(body)),
  })
  const messages = [
    { role: 'user', content: [toBlock(medium, citations), { type: 'text', text: 'What does it say of chalk?' }] },
  ]
  const invoked = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages }
  const converse = {
    messages: [{ role: 'user', content: [toConverseBlock(medium, citations), { text: 'What does it say of chalk?' }] }],
  }
  const profile = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  switch (way) {
    case 'invoke':
    case 'invoke-with-response-stream':
      return send(`${profile}/${way}`, invoked)
    case 'converse':
    case 'converse-stream':
      return send(`${profile}/${way}`, converse)
    case 'count-tokens':
      return send('/model/anthropic.claude-sonnet-4-5-20250929-v1:0/count-tokens', { input: { converse } })
    case 'messages':
      return send('/v1/messages', { model: 'claude-opus-4-8', max_tokens: 100, messages })
    case 'in a tool result':
      return send(`${profile}/invoke`, { ...invoked, ...inToolResult(medium) })
  }
}

function toBlock({ format, bytes }: Medium, citations: boolean): object {
  const source = { type: 'base64', media_type: mediaTypes[format], data: Buffer.from(bytes).toString('base64') }
  return imageFormats.has(format)
    ? { type: 'image', source }
    : { type: 'document', source, citations: { enabled: citations } }
}

function toConverseBlock({ format, bytes }: Medium, citations: boolean): object {
  const source = { bytes: Buffer.from(bytes).toString('base64') }
  if (imageFormats.has(format)) return { image: { format, source } }
  return { document: { format, name: 'rocks', source, citations: { enabled: citations } } }
}

function inToolResult(medium: Medium): object {
  return {
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    messages: [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [toBlock(medium, false)] }] },
    ],
  }
}

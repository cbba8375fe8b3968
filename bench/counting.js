// What counting a body of 100,000 tokens costs, over HTTP with strict SigV4, beside a bare server that parses the same JSON.
import { readFileSync } from 'node:fs'
import { median, signedHeaders, spread, startServerProcess } from './lib.js'

const tokens = 100_000
const path = '/model/anthropic.claude-opus-4-6-v1/count-tokens'
const counts = 20
const rounds = 7

/** @returns {Promise<string[]>} a table in Markdown */
export async function benchCounting() {
  const outcrop = await startServerProcess('./servers/outcrop.js')
  const floor = await startServerProcess('./servers/json.js')
  try {
    const kinds = [
      ['English prose', prose()],
      ['code', code()],
    ]
    const lines = [
      `CountTokens of ${tokens.toLocaleString('en')} tokens and more, strict SigV4, one after the other, ${counts} a run, ${rounds} interleaved runs.`,
      '',
      '| | body (KB) | tokens | CPU a count, floor (ms) | CPU a count, Outcrop (ms) | beyond the floor, median (ms) | range |',
      '|---|---|---|---|---|---|---|',
    ]
    for (const [name, text] of kinds) lines.push(`| ${name} | ${(await compare(floor, outcrop, text)).join(' | ')} |`)
    return lines
  } finally {
    await Promise.all([outcrop.stop(), floor.stop()])
  }
}

async function compare(floor, outcrop, text) {
  const body = JSON.stringify({ input: { converse: { messages: [{ role: 'user', content: [{ text }] }] } } })
  const counted = JSON.parse(await count(outcrop.port, body)).inputTokens
  if (counted < tokens) throw new Error(`only ${counted} tokens`)
  await costOf(floor, body)
  await costOf(outcrop, body)
  const floors = []
  const ours = []
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await costOf(floor, body))
    ours.push(await costOf(outcrop, body))
  }
  const beyond = ours.map((cost, round) => cost - floors[round])
  const size = (Buffer.byteLength(body) / 1024).toFixed(0)
  const medians = [floors, ours, beyond].map((costs) => median(costs).toFixed(1))
  return [size, counted, ...medians, spread(beyond)]
}

/** Milliseconds of CPU a count. */
async function costOf(server, body) {
  const before = await server.cpu()
  for (let sent = 0; sent < counts; sent += 1) await count(server.port, body)
  return ((await server.cpu()) - before) / counts / 1000
}

async function count(port, body) {
  const headers = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: 'host', path, body })
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
  const answer = await response.text()
  if (response.status !== 200) throw new Error(answer)
  return answer
}

/** Text as people write it, repeated with numbers so that no two paragraphs are alike. */
function prose() {
  const paragraph = readFileSync(new URL('../LICENSE', import.meta.url), 'utf8')
  return repeat(paragraph)
}

function code() {
  return repeat(readFileSync(new URL('../packages/server/src/gateway.ts', import.meta.url), 'utf8'))
}

function repeat(text) {
  // No text has more than five characters a token.
  const times = Math.ceil((tokens * 5) / text.length)
  return Array.from({ length: times }, (_, at) => `${at}\n${text}`).join('\n')
}

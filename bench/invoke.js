// What a non-streaming InvokeModel of 2 KB with strict SigV4 costs, 16 at a time, beside a bare server answering the same bytes.
import { concurrency, loadH1, loadH2 } from './load.js'
import { invokePath, median, signedHeaders, spread, startServerProcess, twoKilobytes } from './lib.js'

const requests = 4000
// Enough for the compiler to settle on both sides.
const warmUp = 16_000
const rounds = 7

/** @returns {Promise<string[]>} a table in Markdown */
export async function benchInvoke() {
  const outcrop = await startServerProcess('./servers/outcrop.js')
  const answer = await firstAnswer(outcrop.port)
  const lines = [
    `InvokeModel, ${Buffer.byteLength(twoKilobytes())} bytes in, ${answer.length} bytes out, strict SigV4, ${concurrency} at a time, ${requests} requests a run, ${rounds} interleaved runs.`,
    '',
    '| | CPU a request, floor (µs) | CPU a request, Outcrop (µs) | ratio, median | ratio, range |',
    '|---|---|---|---|---|',
  ]
  try {
    for (const [name, version, load] of /** @type {const} */ ([
      ['HTTP/1.1', 'http', loadH1],
      ['HTTP/2', 'http2', loadH2],
    ])) {
      const floor = await startServerProcess('./servers/floor.js', [version, answer.toString('base64')])
      try {
        lines.push(`| ${name} | ${(await compare(floor, outcrop, load)).join(' | ')} |`)
      } finally {
        await floor.stop()
      }
    }
  } finally {
    await outcrop.stop()
  }
  return lines
}

async function compare(floor, outcrop, load) {
  await load(floor.port, warmUp)
  await load(outcrop.port, warmUp)
  const floors = []
  const ours = []
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await costOf(floor, load))
    ours.push(await costOf(outcrop, load))
  }
  const ratios = ours.map((cost, round) => cost / floors[round])
  return [median(floors).toFixed(0), median(ours).toFixed(0), median(ratios).toFixed(2), spread(ratios, 2)]
}

async function costOf(server, load) {
  const before = await server.cpu()
  await load(server.port, requests)
  return ((await server.cpu()) - before) / requests
}

async function firstAnswer(port) {
  const body = twoKilobytes()
  const headers = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: 'host', path: invokePath, body })
  const response = await fetch(`http://127.0.0.1:${port}${invokePath}`, { method: 'POST', headers, body })
  const answer = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(answer.toString())
  return answer
}

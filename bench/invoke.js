// What a non-streaming InvokeModel of 2 KB with strict SigV4 costs, 16 at a time, beside a bare server answering the same bytes.
import { createConnection } from 'node:net'
import { connect } from 'node:http2'
import { invokePath, median, signedHeaders, spread, startServerProcess, twoKilobytes } from './lib.js'

const concurrency = 16
const requests = 4000
const warmUp = 4000
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
    for (const [name, floorFile, load] of /** @type {const} */ ([
      ['HTTP/1.1', './servers/floor-h1.js', loadH1],
      ['HTTP/2', './servers/floor-h2.js', loadH2],
    ])) {
      const floor = await startServerProcess(floorFile, [answer.toString('base64')])
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

/** Raw sockets with the request's bytes made once: the load generator must cost less than what it measures. */
async function loadH1(port, total) {
  const body = twoKilobytes()
  const headers = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: 'host', path: invokePath, body })
  const head = Object.entries({ host: `127.0.0.1:${port}`, ...headers, 'content-length': Buffer.byteLength(body) })
  const bytes = Buffer.from(
    `POST ${invokePath} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
  await Promise.all(Array.from({ length: concurrency }, () => oneConnection(port, bytes, total / concurrency)))
}

function oneConnection(port, bytes, count) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    let left = count
    let pending = ''
    socket.on('connect', () => socket.write(bytes))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(pending)?.[1])
      if (pending.length < end + 4 + length) return
      if (!pending.startsWith('HTTP/1.1 200 ')) return reject(new Error(pending))
      pending = ''
      left -= 1
      if (left > 0) return socket.write(bytes)
      socket.end()
      resolve(undefined)
    })
  })
}

async function loadH2(port, total) {
  const body = twoKilobytes()
  const signed = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: ':authority', path: invokePath, body })
  const session = connect(`http://127.0.0.1:${port}`)
  const headers = { ':method': 'POST', ':path': invokePath, ...signed, 'content-length': Buffer.byteLength(body) }
  let left = total
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await oneStream(session, headers, body)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  await new Promise((resolve) => session.close(resolve))
}

function oneStream(session, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers)
    stream.on('response', (answer) => {
      if (answer[':status'] !== 200) reject(new Error(`status ${answer[':status']}`))
    })
    stream.on('error', reject)
    stream.on('end', resolve)
    stream.resume()
    stream.end(body)
  })
}

async function firstAnswer(port) {
  const body = twoKilobytes()
  const headers = signedHeaders({ authority: `127.0.0.1:${port}`, authorityName: 'host', path: invokePath, body })
  const response = await fetch(`http://127.0.0.1:${port}${invokePath}`, { method: 'POST', headers, body })
  const answer = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(answer.toString())
  return answer
}

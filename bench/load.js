// Load generators that send one signed InvokeModel again and again, and cost less than what they measure.
import { createConnection } from 'node:net'
import { connect } from 'node:http2'
import { invokePath, signedHeaders, twoKilobytes } from './lib.js'

export const concurrency = 16

/** Raw sockets with the request's bytes made once: the load generator must cost less than what it measures. */
export async function loadH1(port, total) {
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

export async function loadH2(port, total) {
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

import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import type { RawRequest } from './requests.ts'
import { type Answer, patienceMs } from './wire.ts'

const sessions = new Map<number, ClientHttp2Session>()

/** Asks over HTTP/2; undefined when the protocol itself, on either side, does not let the request through. */
export function askHttp2(port: number, { method, target, headers, body }: RawRequest): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string | string[]> = { ':method': method, ':path': target }
    for (const [name, value] of headers) {
      const key = name === 'host' ? ':authority' : name
      const before = fields[key]
      fields[key] = before === undefined ? value : [before, value].flat()
    }
    let stream
    try {
      stream = sessionTo(port).request(fields, { endStream: body.length === 0 })
    } catch {
      return resolve(undefined) // Node's client refuses to send it
    }
    const chunks: Buffer[] = []
    let head: IncomingHttpHeaders | undefined
    stream.setTimeout(patienceMs, () => {
      stream.close()
      reject(new Error(`no end within ${patienceMs} ms over HTTP/2`))
    })
    stream.on('response', (received) => {
      head = received
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', () => {})
    stream.on('close', () => {
      if (head === undefined) return resolve(undefined)
      const plain = Object.entries(head).map(([name, value]) => [name, String(value)] as const)
      resolve({ status: Number(head[':status']), headers: Object.fromEntries(plain), body: Buffer.concat(chunks) })
    })
    if (body.length > 0) stream.end(body)
  })
}

function sessionTo(port: number): ClientHttp2Session {
  const open = sessions.get(port)
  if (open !== undefined && !open.closed && !open.destroyed) return open
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => session.destroy())
  session.unref()
  sessions.set(port, session)
  return session
}

/** Ends what is open. */
export function closeHttp2(): void {
  for (const session of sessions.values()) session.destroy()
  sessions.clear()
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'

/** A bucket in memory, spoken to as S3 is by path: what batches need of it. */
export interface Bucket extends AsyncDisposable {
  readonly url: string
  /** Texts by `bucket/key`. */
  readonly objects: Map<string, string>
  /** Method and path of each request. */
  readonly asked: readonly string[]
  /** Answers all further requests so. */
  refuse(status: number, code: string): void
}

/** Starts one on a free port of 127.0.0.1. */
export async function startBucket(): Promise<Bucket> {
  const objects = new Map<string, string>()
  const asked: string[] = []
  let refusal: { readonly status: number; readonly code: string } | undefined
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3')
      const name = decodeURIComponent(pathname.slice(1))
      asked.push(`${request.method} /${name}`)
      if (refusal !== undefined) return refuse(response, refusal.status, refusal.code)
      if (request.method === 'PUT') objects.set(name, body)
      else if (request.method === 'DELETE') objects.delete(name)
      else if (searchParams.has('list-type')) return list(response, objects, name, searchParams.get('prefix') ?? '')
      else {
        const text = objects.get(name)
        if (text === undefined) return refuse(response, 404, 'NoSuchKey')
        response.writeHead(200, { etag: '"1"', 'content-length': Buffer.byteLength(text) })
        return response.end(request.method === 'HEAD' ? undefined : text)
      }
      return response.writeHead(request.method === 'PUT' ? 200 : 204, { etag: '"1"' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    objects,
    asked,
    refuse: (status, code) => (refusal = { status, code }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function list(response: ServerResponse, objects: ReadonlyMap<string, string>, bucket: string, prefix: string) {
  const start = `${bucket.replace(/\/$/, '')}/${prefix}`
  const contents = [...objects]
    .filter(([name]) => name.startsWith(start))
    .map(([name, text]) => {
      const key = name.slice(name.indexOf('/') + 1)
      return `<Contents><Key>${key}</Key><Size>${text.length}</Size><ETag>"1"</ETag></Contents>`
    })
  const xml = `<?xml version="1.0"?><ListBucketResult>${contents.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml)
}

function refuse(response: ServerResponse, status: number, code: string) {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No: ${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml)
}

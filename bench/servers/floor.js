// The floor: a bare Node server of the version asked for (http or http2), which reads the body and answers the bytes given.
import { answerQuestions } from '../lib.js'

const [version, base64 = ''] = process.argv.slice(2)
const { createServer } = await import(`node:${version}`)
const answer = Buffer.from(base64, 'base64')
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    Buffer.concat(chunks)
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length })
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions(server.address().port))

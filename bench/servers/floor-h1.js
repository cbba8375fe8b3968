// The floor: a bare node:http server that reads the body and answers the bytes given.
import { createServer } from 'node:http'
import { answerQuestions } from '../lib.js'

const answer = Buffer.from(process.argv[2] ?? '', 'base64')
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

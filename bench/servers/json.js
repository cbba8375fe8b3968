// The floor of whatever reads JSON: a bare node:http server, which parses the body and answers two bytes.
import { createServer } from 'node:http'
import { answerQuestions } from '../lib.js'

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 2 })
    response.end('{}')
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions(server.address().port))

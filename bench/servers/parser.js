// The floor of a large request: a bare server that reads the body, parses its JSON and answers a few bytes.
import { createServer } from 'node:http'
import { answerQuestions } from '../lib.js'

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString())
    response.end(String(messages.length))
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions(server.address().port))

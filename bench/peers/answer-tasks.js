import { readFileSync } from 'node:fs'

const model = 'us.anthropic.claude-opus-4-6-v1'
const question = [{ role: 'user', content: 'What does it say of the north mill?' }]

/**
 * Does what `bench/client.js` asks, with one client, and tells what it took: wall time, the CPU of this process, memory.
 * @param {(url: string) => import('@anthropic-ai/sdk').Anthropic} createClient
 */
export function answerTasks(createClient) {
  const [url, large = ''] = process.argv.slice(2)
  const tasks = {
    large: (client) => repeat(client, 1, JSON.parse(readFileSync(large, 'utf8'))),
    small: (client, count) => repeat(client, count, small(), 16),
    inTurn: (client, count) => repeat(client, count, question, 1),
    stream: (client) => measure(() => countEvents(client)),
    memory: (client) => watchMemory(client),
  }
  const client = createClient(url)
  process.on('message', ({ task, count }) => {
    tasks[task](client, count).then(
      (answer) => process.send(answer),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.send('ready')
}

/** About 2 KB. */
const small = () => [{ role: 'user', content: 'The north mill ground more grain than the south mill. '.repeat(36) }]

/** So many requests, so many at a time. */
async function repeat(client, count, messages, atATime = 1) {
  return measure(async () => {
    let left = count
    const lane = async () => {
      while (left > 0) {
        left -= 1
        const { content } = await client.messages.create({ model, max_tokens: 64, messages })
        if (content[0]?.text !== 'It ground more grain.') throw new Error('another answer than the server gave')
      }
    }
    await Promise.all(Array.from({ length: atATime }, lane))
  })
}

async function measure(work) {
  globalThis.gc()
  const cpu = process.cpuUsage()
  const before = performance.now()
  const result = await work()
  const ms = performance.now() - before
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpuMs: (user + system) / 1000, result }
}

/** Reads a stream to its end. @param {(events: number) => unknown} [onEvent] */
async function countEvents(client, onEvent) {
  const stream = await client.messages.create({ model, max_tokens: 64_000, messages: question, stream: true })
  let events = 0
  let last
  for await (const { type } of stream) {
    events += 1
    last = type
    if (onEvent !== undefined) await onEvent(events)
  }
  if (last !== 'message_stop') throw new Error(`a stream ended with ${last}`)
  return events
}

/** The most that is alive while a stream is read, beyond what was before it: bytes on the heap and outside of it. */
async function watchMemory(client) {
  const before = alive()
  let most = 0
  const events = await countEvents(client, async (count) => {
    if (count % 2000 === 0) most = Math.max(most, alive() - before)
  })
  return { events, bytes: most }
}

function alive() {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

// What a script answers, and what a client makes of an endpoint that fails in each of the ways of docs/reference/scripts.md.
import assert from 'node:assert/strict'
import { refusal, requirement, target } from './harness.js'

/**
 * @typedef {import('./checks.js').Adapter} Adapter
 * @typedef {{ exception: RegExp, halfFrame: RegExp, drop: RegExp }} Broken what a broken stream ends in, as the client tells it
 */

const url = target.urls.scripted
/** @returns {import('./checks.js').Ask} */
const says = (/** @type {string} */ text) => ({ turns: [{ role: 'user', text }] })

const errors = /** @type {const} */ ([
  ['modelTimeout', 408, 'ModelTimeoutException'],
  ['modelError', 424, 'ModelErrorException'],
  ['modelNotReady', 429, 'ModelNotReadyException'],
  ['internal', 500, 'InternalServerException'],
  ['unavailable', 503, 'ServiceUnavailableException'],
])

/** Adds the requirements of scripts and faults. @param {Adapter} adapter @param {import('./checks.js').Tool} weather */
export function checkFaults(adapter, weather) {
  const { connect, streams, describe, broken } = adapter
  for (const way of /** @type {const} */ (streams ? ['ask', 'stream'] : ['ask'])) {
    requirement('script.answer', async () => {
      const answer = await connect({ url })[way]({
        ...says('script: everything'),
        tools: [weather],
        thinking: 1024,
        maxTokens: 2048,
      })
      assert.equal(answer.text, 'Let me look at the gauge.')
      assert.equal(answer.stop, 'tool')
      assert.deepEqual(
        answer.calls.map(({ name, input }) => ({ name, input })),
        [{ name: 'get_weather', input: { city: 'Bernina', unit: 'celsius' } }],
      )
      assert.equal(answer.thinking?.text, 'The gauge at Bernina knows.')
      assert.ok(answer.thinking.signature.length > 20, 'a signature')
      assert.deepEqual([answer.input, answer.output], [1234, 56])
    })
  }
  requirement('fault.retry', async () => {
    const connection = connect({ url, attempts: 3 })
    const answer = await connection.ask(says(`throttle once: ${process.env.CONFORMANCE_CLIENT}.`))
    assert.equal(answer.text, 'At last.')
    assert.equal(connection.attempts(), 2)
  })
  requirement('fault.errors', async () => {
    for (const [kind, status, code] of errors) {
      const told = describe(await refusal(() => connect({ url, attempts: 1 }).ask(says(`fault: ${kind}.`))))
      assert.equal(told.status, status, JSON.stringify(told))
      if (told.code !== undefined) assert.equal(told.code, code)
    }
  })
  if (broken === undefined) return
  for (const [id, text, expected] of /** @type {const} */ ([
    ['fault.exception', 'fault: exception', broken.exception],
    ['fault.half-frame', 'fault: half frame', broken.halfFrame],
    ['fault.drop', 'fault: drop', broken.drop],
  ])) {
    requirement(id, async () => {
      const told = await outcome(() => connect({ url, attempts: 1 }).stream(says(text)))
      assert.match(told, expected)
    })
  }
}

/**
 * What came of a call: an answer by its words and its stop, or an error.
 * @param {() => Promise<import('./checks.js').Answer>} call
 */
async function outcome(call) {
  try {
    const { text, stop } = await call()
    return `answered ${JSON.stringify(text)}, stopped by ${stop}`
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error)
  }
}

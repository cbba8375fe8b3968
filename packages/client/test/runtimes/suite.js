// What the client is shown to do in every runtime: no assertion library, no Node, nothing but the platform and the client.

/**
 * @typedef {{
 *   transport: Pick<typeof import('@outcrop/client/transport'), 'createBedrockFetch'>,
 *   client: Pick<typeof import('@outcrop/client'), 'AnthropicBedrock'>,
 *   url: string, slowUrl: string, keys: { awsAccessKey: string, awsSecretKey: string }, apiKey: string,
 *   hasEnvironment: boolean,
 * }} World where the endpoints are (strict; the slow one takes its time for a word), and who may call them
 * @typedef {{ name: string, outcome: 'pass' | 'fail' | 'skip', detail: string }} Result
 */

const model = 'claude-opus-4-6'
const awsRegion = 'us-west-2'
const messages = /** @type {const} */ ([{ role: 'user', content: 'Say what a mill is.' }])
const question = { model, max_tokens: 64, messages: [...messages] }

/** @type {Readonly<Record<string, (world: World) => Promise<void>>>} */
const cases = {
  'the transport creates a message with a bearer key': async (world) => {
    const response = await ask(world, bearer(world), question)
    expect(response.status, 200)
    const message = await response.json()
    expect([message.type, message.role, message.stop_reason], ['message', 'assistant', 'end_turn'])
    expectText(message.content[0].text)
    expect(response.headers.get('request-id') === null, false)
  },
  'the transport creates a message with a signature': async (world) => {
    const response = await ask(world, signed(world), question)
    expect(response.status, 200)
    expectText((await response.json()).content[0].text)
  },
  'the transport streams the events of a message': async (world) => {
    const response = await ask(world, bearer(world), { ...question, stream: true })
    expect(response.headers.get('content-type')?.split(';')[0], 'text/event-stream')
    const names = [...(await response.text()).matchAll(/^event: (\S+)$/gm)].map(([, name]) => name)
    expect([names[0], names.at(-1)], ['message_start', 'message_stop'])
    expect(names.includes('content_block_delta'), true)
  },
  'the transport counts tokens': async (world) => {
    const response = await ask(world, bearer(world), { model, messages: [...messages] }, '/v1/messages/count_tokens')
    expect(response.status, 200)
    expect((await response.json()).input_tokens > 0, true)
  },
  'the transport answers a refusal in Anthropic’s envelope': async (world) => {
    const response = await ask(world, bearer(world), { ...question, temperature: 7 })
    expect(response.status, 400)
    const { type, error } = await response.json()
    expect([type, error.type], ['error', 'invalid_request_error'])
  },
  'the client creates a message with a bearer key': async (world) => {
    expectMessage(await anthropic(world, bearer(world)).messages.create(question))
  },
  'the client creates a message with a signature': async (world) => {
    expectMessage(await anthropic(world, signed(world)).messages.create(question))
  },
  'the client finds keys in the environment': async (world) => {
    if (!world.hasEnvironment) throw new Skip('there is no environment here')
    expectMessage(await anthropic(world, { baseURL: world.url, awsRegion }).messages.create(question))
  },
  'the client streams a message and puts it together': async (world) => {
    const stream = anthropic(world, signed(world)).messages.stream(question)
    let text = ''
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text
    }
    const message = await stream.finalMessage()
    expectMessage(message)
    expect(message.content, [{ type: 'text', text }])
  },
  'the client counts tokens': async (world) => {
    const { input_tokens } = await anthropic(world, bearer(world)).messages.countTokens({
      model,
      messages: [...messages],
    })
    expect(input_tokens > 0, true)
  },
  'the client throws a refusal with its status, its type and the request’s id': async (world) => {
    const error = await thrown(anthropic(world, bearer(world)).messages.create({ ...question, temperature: 7 }))
    expect(
      [error.constructor.name, error.status, error.type, typeof error.requestID],
      ['BadRequestError', 400, 'invalid_request_error', 'string'],
    )
  },
  'the client throws a wrong key as what it is': async (world) => {
    const options = { ...bearer(world), apiKey: `${world.apiKey.slice(0, -4)}AAAA` }
    const error = await thrown(anthropic(world, options).messages.create(question))
    expect([error.status, error.constructor.name], [403, 'PermissionDeniedError'])
  },
  'an aborted stream ends at once': async (world) => {
    const client = anthropic(world, { ...bearer(world), baseURL: world.slowUrl })
    const stream = await client.messages.create({ ...question, stream: true })
    const began = Date.now()
    let events = 0
    try {
      for await (const _ of stream) {
        events += 1
        if (events === 2) setTimeout(() => stream.controller.abort(), 10)
      }
    } catch (error) {
      expect(/abort/i.test(String(error)), true)
    }
    expect(Date.now() - began < 3000, true)
    expect(events < 20, true)
  },
  'a request that is aborted before it is answered throws': async (world) => {
    const client = anthropic(world, { ...bearer(world), baseURL: world.slowUrl })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    const error = await thrown(client.messages.create(question, { signal: controller.signal }))
    expect(error.constructor.name, 'APIUserAbortError')
  },
}

/** Runs every case, one after the other. @param {World} world @returns {Promise<Result[]>} */
export async function runSuite(world) {
  const results = []
  for (const [name, run] of Object.entries(cases)) results.push({ name, ...(await judge(run, world)) })
  return results
}

/** @param {(world: World) => Promise<void>} run @param {World} world */
async function judge(run, world) {
  try {
    await run(world)
    return { outcome: /** @type {const} */ ('pass'), detail: '' }
  } catch (error) {
    if (error instanceof Skip) return { outcome: /** @type {const} */ ('skip'), detail: error.message }
    return {
      outcome: /** @type {const} */ ('fail'),
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

class Skip extends Error {}

/** @param {World} world */
const bearer = ({ url, apiKey }) => ({ baseURL: url, awsRegion, apiKey })

/** @param {World} world */
const signed = ({ url, keys }) => ({ baseURL: url, awsRegion, apiKey: null, ...keys })

/** @param {World} world @param {object} options @param {object} body */
function ask({ transport }, options, body, path = '/v1/messages') {
  const bedrockFetch = transport.createBedrockFetch(options)
  return bedrockFetch(`https://api.anthropic.com${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  })
}

/** @param {World} world @param {object} options */
const anthropic = ({ client }, options) =>
  new client.AnthropicBedrock({ dangerouslyAllowBrowser: true, maxRetries: 0, ...options })

/** @param {import('@anthropic-ai/sdk').Anthropic.Message} message */
function expectMessage(message) {
  expect([message.type, message.role, message.stop_reason], ['message', 'assistant', 'end_turn'])
  const [block] = message.content
  expectText(block?.type === 'text' ? block.text : '')
  expect(message.usage.output_tokens > 0, true)
}

/** @param {string} text */
function expectText(text) {
  if (typeof text !== 'string' || text.length < 5) throw new Error(`expected a text, found ${JSON.stringify(text)}`)
}

/** @param {unknown} found @param {unknown} expected */
function expect(found, expected) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)]
  if (left !== right) throw new Error(`expected ${right}, found ${left}`)
}

/** @param {PromiseLike<unknown>} promise */
async function thrown(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected an error, found none')
}

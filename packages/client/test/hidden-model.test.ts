import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type BedrockOptions, createBedrockFetch } from '../src/transport.ts'

const arn = 'arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/1arbu5hu2sjr'
const profile = {
  inferenceProfileArn: arn,
  inferenceProfileId: '1arbu5hu2sjr',
  models: [
    { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8' },
    { modelArn: 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-opus-4-8' },
  ],
  status: 'ACTIVE',
  type: 'APPLICATION',
}
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-8',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
}

let seen: Array<{ readonly path: string; readonly body: string }> = []
let known: unknown = profile
let url = ''
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const path = request.url ?? ''
    seen.push({ path, body: Buffer.concat(chunks).toString() })
    const isLookup = path.startsWith('/inference-profiles/')
    const isDenied = isLookup && known === undefined
    response.writeHead(isDenied ? 403 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isDenied ? { message: 'User is not authorized' } : isLookup ? known : message))
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  seen = []
  known = profile
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function create(options: BedrockOptions = {}) {
  const warnings: string[] = []
  const fetch = createBedrockFetch({
    baseURL: url,
    awsRegion: 'us-east-1',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: 'a-secret-of-this-test-alone',
    onWarning: (warning) => void warnings.push(warning),
    ...options,
  })
  const ask = () =>
    fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      body: JSON.stringify({ model: arn, max_tokens: 9, temperature: 1, messages: [{ role: 'user', content: 'hi' }] }),
    })
  return { ask, warnings }
}

const lookups = (): readonly string[] => seen.map(({ path }) => path).filter((path) => path.startsWith('/inference'))
const sent = (): unknown => JSON.parse(seen.find(({ path }) => path.startsWith('/model/'))?.body ?? '')

it('applies the rules of the model behind an application profile, which is asked for once', async () => {
  const { ask, warnings } = create()
  const responses = await Promise.all(Array.from({ length: 20 }, ask))
  expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  expect(lookups()).toEqual([`/inference-profiles/${encodeURIComponent(arn)}`])
  expect(sent()).not.toHaveProperty('temperature')
  expect(warnings).toEqual([
    'temperature was left out: the model chooses (`temperature` is deprecated for this model.)',
  ])
})

it('sends what it is given where it may not ask, and says so once', async () => {
  known = undefined
  const { ask, warnings } = create()
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(200)
  expect(lookups()).toHaveLength(1)
  expect(sent()).toHaveProperty('temperature', 1)
  expect(warnings).toEqual([
    `What ${arn} stands for cannot be looked up, so no rule about models is applied: User is not authorized`,
  ])
})

it('calls it inside a residency that it is known to keep, and nowhere where nobody knows', async () => {
  expect((await create({ residency: 'us' }).ask()).status).toBe(200)
  expect((await create({ residency: ['us-west-2'] }).ask()).status).toBe(400)
  known = undefined
  expect((await create({ residency: 'us' }).ask()).status).toBe(400)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageHeaders } from '../src/backends/simulator/media/image.fixture.ts'
import { makePdf } from '../src/backends/simulator/media/pdf.fixture.ts'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import type { Calibration } from '../src/calibration/calibration.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { doors } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const calibration: Calibration = {
  v3: { multiplier: 1.0371, calls: 40, frameTokens: 7, errorPercent: 1 },
  'v4.7': { multiplier: 1.3333, calls: 40, errorPercent: 1 },
  v5: { multiplier: 0.5001, calls: 40, frameTokens: 0, errorPercent: 1 },
}

function setUp(learned?: Calibration) {
  const now = Date.now
  const pace = { tokensPerSecond: 0, firstTokenMs: 0 }
  return createTestGateway({
    gatekeeper: createGatekeeper({ mode: 'open', credentials: [], region: 'us-west-2', account: '123456789012', now }),
    backend: createSimulator({ seed: 'test', pace, now, ...(learned === undefined ? {} : { calibration: learned }) }),
    fidelity: 'guide',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
  })
}

const pdf = Buffer.from(makePdf(['Ice is slow water.', 'Stone is slow ice.'])).toString('base64')
const png = Buffer.from(imageHeaders.png(300, 200)).toString('base64')

const mark = { cache_control: { type: 'ephemeral' } }
const marked = (block: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(block, fc.nat(3)).map(([one, at]) => Object.assign({}, one, at === 0 ? mark : {}))
// Long ones, so that a marked prefix is above every model's minimum.
const words = fc
  .tuple(fc.constantFrom('stone', 'Über', '石頭', 'function(){}', '{"a":1}', '\n\n\t'), fc.constantFrom(1, 40, 3_000))
  .map(([word, times]) => `x ${`${word} `.repeat(times)}.`)
const text = marked(words.map((said) => ({ type: 'text' as const, text: said })))
const base64 = (media_type: string, data: string) => ({ type: 'base64', media_type, data })
const image = marked(fc.constant({ type: 'image', source: base64('image/png', png) }))
const citations = fc.boolean().map((enabled) => ({ enabled }))
const file = marked(citations.map((c) => ({ type: 'document', source: base64('application/pdf', pdf), citations: c })))
const plain = marked(
  fc.tuple(words, citations).map(([data, c]) => {
    return {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data },
      title: 'T',
      context: 'C',
      citations: c,
    }
  }),
)
const chunks = marked(
  words.map((said) => {
    return {
      type: 'document',
      source: {
        type: 'content',
        content: [
          { type: 'text', text: said },
          { type: 'image', source: base64('image/png', png) },
        ],
      },
    }
  }),
)
const found = marked(
  words.map((said) => ({ type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: said }] })),
)
const seen = fc.oneof(text, image, file, plain, chunks, found)
const tool = marked(
  fc.constant({
    name: 'look',
    description: 'Looks',
    input_schema: { type: 'object', properties: { at: { type: 'string' } } },
  }),
)
const asked = fc.record({
  system: fc.option(fc.oneof(words, fc.array(text, { minLength: 1, maxLength: 2 })), { nil: undefined }),
  tool: fc.option(tool, { nil: undefined }),
  forced: fc.boolean(),
  isAutomatic: fc.boolean(),
  first: fc.array(seen, { minLength: 1, maxLength: 3 }),
  result: fc.option(fc.array(fc.oneof(text, image, file, found), { maxLength: 2 }), { nil: undefined }),
})

interface Asked {
  readonly max_tokens: number
}

/** At most four marks are taken, and automatic caching is one. */
function withFewMarks<T extends object>(request: T): T {
  let left = 4
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).filter(([key]) => key !== 'cache_control' || left-- > 0)
    return Object.fromEntries(entries.map(([key, inner]) => [key, copy(inner)]))
  }
  return copy(request) as T
}

const requests = asked.map(({ system, tool: one, forced, isAutomatic, first, result }) => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'the sky' } }
  const turn = [
    { role: 'assistant', content: [call] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: result ?? [] }] },
  ]
  const tools = one ?? { name: 'look', input_schema: { type: 'object' } }
  return withFewMarks({
    ...(isAutomatic ? { cache_control: { type: 'ephemeral' } } : {}),
    max_tokens: 20,
    ...(one === undefined && result === undefined ? {} : { tools: [tools] }),
    ...(forced && one !== undefined ? { tool_choice: { type: 'any' } } : {}),
    ...(system === undefined ? {} : { system }),
    messages: [{ role: 'user', content: first }, ...(result === undefined ? [] : turn)],
  })
})

// The same in Converse's blocks, where what stands before a cachePoint is marked by it.
const cachePoint = { cachePoint: { type: 'default' } }
const withMark = (one: object, isMarked = false): object[] => (isMarked ? [one, cachePoint] : [one])
const blocks = fc.oneof(
  words.map((said) => ({ text: said })),
  fc.constant({ image: { format: 'png', source: { bytes: png } } }),
  citations.map((c) => ({ document: { name: 'notes', format: 'pdf', source: { bytes: pdf }, citations: c } })),
)
const toolSpec = { name: 'look', description: 'Looks', inputSchema: { json: { type: 'object' } } }
const conversations = fc
  .record({ first: words, block: blocks, system: words, hasTool: fc.boolean(), marks: fc.array(fc.boolean()) })
  .map(({ first, block, system, hasTool, marks: [afterTool, afterSystem, afterFirst, afterBlock] }) => {
    const content = [withMark({ text: first }, afterFirst), withMark(block, afterBlock)].flat()
    return {
      toolConfig: hasTool ? { tools: withMark({ toolSpec }, afterTool) } : undefined,
      system: withMark({ text: system }, afterSystem),
      messages: [{ role: 'user', content }],
    }
  })

/** Asks in process, and takes nothing but a good answer. */
async function openPost(learned: Calibration | undefined) {
  const door = await inProcess(setUp(learned))
  return async (path: string, body: object): Promise<unknown> => {
    const answer = await door.ask({ method: 'POST', path, body: JSON.stringify(body) })
    if (answer.status !== 200) throw new Error(`${path} ${answer.status} ${answer.text}`)
    return JSON.parse(answer.text)
  }
}

const inProcess: Open = (handle) => {
  const [, open] = doors[0] ?? []
  if (open === undefined) throw new Error('There is no door')
  return open(handle)
}

type Open = (typeof doors)[number][1]

interface Usage {
  readonly input_tokens: number
  readonly cache_read_input_tokens?: number
  readonly cache_creation_input_tokens?: number
}
const sumOf = (usage: Usage): number =>
  usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0)

interface ConverseUsage {
  readonly inputTokens: number
  readonly cacheReadInputTokens?: number
  readonly cacheWriteInputTokens?: number
}
const sumOfConverse = (usage: ConverseUsage): number =>
  usage.inputTokens + (usage.cacheReadInputTokens ?? 0) + (usage.cacheWriteInputTokens ?? 0)

describe.each([
  ['by the catalogue', undefined],
  ['as calibrated', calibration],
])('tokens counted %s', (_, learned) => {
  it.each([
    ['v3', 'claude-sonnet-4-5-20250929', '-v1:0', false, true],
    ['v4.7', 'claude-opus-4-8', '', true, true],
    ['v5', 'claude-haiku-5-5', '', true, false],
  ])('for %s are what %s charges on every wire: input, cache reads and cache writes', async (...named) => {
    const [, name, version, isOnMantle, isCounted] = named
    const post = await openPost(learned)
    const model = `anthropic.${name}${version}`
    let read = 0
    const check = async (body: Asked): Promise<void> => {
      const { max_tokens: _none, ...prompt } = body
      const versioned = { anthropic_version: 'bedrock-2023-05-31', ...body }
      const input = { invokeModel: { body: Buffer.from(JSON.stringify(versioned)).toString('base64') } }
      const counts: unknown[] = [await post('/v1/messages/count_tokens', { model: name, ...prompt })]
      if (isOnMantle) counts.push(await post('/mantle/anthropic/v1/messages/count_tokens', { model, ...prompt }))
      if (isCounted) counts.push(await post(`/model/${model}/count-tokens`, { input }))
      const asks: Array<readonly [path: string, body: object]> = [
        [`/model/us.${model}/invoke`, versioned],
        [`/model/us.${model}/invoke`, versioned],
        ['/anthropic/v1/messages', { model: `us.${model}`, ...body }],
        ['/v1/messages', { model: name, ...body }],
      ]
      if (isOnMantle) asks.push(['/mantle/anthropic/v1/messages', { model, ...body }])
      const charges: number[] = []
      for (const [path, asked] of asks) {
        const { usage } = (await post(path, asked)) as { usage: Usage }
        read += usage.cache_read_input_tokens ?? 0
        charges.push(sumOf(usage))
      }
      const all = new Set([...counts.map((count) => Object.values(count as object)[0]), ...charges])
      expect([...all]).toEqual([charges[0]])
    }
    await fc.assert(fc.asyncProperty(requests, check), { numRuns: 25 })
    expect(read).toBeGreaterThan(0)
  })

  it.each([
    ['v3', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['v4.7', 'anthropic.claude-opus-4-8'],
  ])('for %s are what %s charges on Converse', async (_family, model) => {
    const post = await openPost(learned)
    let read = 0
    const check = async (converse: object): Promise<void> => {
      const { inputTokens } = (await post(`/model/${model}/count-tokens`, { input: { converse } })) as ConverseUsage
      for (const id of [model, `us.${model}`, `us.${model}`]) {
        const { usage } = (await post(`/model/${id}/converse`, converse)) as { usage: ConverseUsage }
        read += usage.cacheReadInputTokens ?? 0
        expect([id, sumOfConverse(usage)]).toEqual([id, inputTokens])
      }
    }
    await fc.assert(fc.asyncProperty(conversations, check), { numRuns: 25 })
    expect(read).toBeGreaterThan(0)
  })
})

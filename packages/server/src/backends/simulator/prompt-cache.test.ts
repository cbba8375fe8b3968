import { type CacheControl, findModel, type MessagesRequest, type ModelEntry, type Tool } from '@outcrop/protocol'
import { beforeEach, describe, expect, it } from 'vitest'

import type { BackendCall } from '../backend.ts'
import { imageHeaders } from './media/image.fixture.ts'
import { noMedia } from './media/media.ts'
import { createPromptCache } from './prompt-cache.ts'
import { createSimulator, type Simulator } from './simulator.ts'

const modelNamed = (id: string): ModelEntry => {
  const model = findModel(id)
  if (model === undefined) throw new Error(`The catalogue lost ${id}`)
  return model
}
const opus46 = modelNamed('anthropic.claude-opus-4-6-v1')
const opus5 = modelNamed('anthropic.claude-opus-5')
const caller: BackendCall['caller'] = {
  how: 'anonymous',
  user: 'anonymous',
  arn: 'arn:aws:iam::123456789012:user/anonymous',
  userId: 'AIDAEXAMPLE',
  account: '123456789012',
  region: 'us-east-1',
  accessKeyId: null,
}
const call = (request: MessagesRequest, changes: Partial<BackendCall> = {}): BackendCall => ({
  requestId: '00000000-0000-4000-8000-000000000000',
  scope: 'us',
  model: opus5,
  modelId: 'anthropic.claude-opus-5',
  wire: 'invoke',
  caller,
  headers: {},
  request,
  documentMode: 'visual',
  signal: new AbortController().signal,
  ...changes,
})

const minute = 60_000
const short: CacheControl = { type: 'ephemeral' }
const long: CacheControl = { type: 'ephemeral', ttl: '1h' }
/** A text of so many tokens. */
const words = (count: number, word = 'stone'): string => Array.from({ length: count }, () => word).join(' ')
const text = (content: string, cache_control?: CacheControl) => ({
  type: 'text' as const,
  text: content,
  ...(cache_control !== undefined && { cache_control }),
})
const ask = (changes: Partial<MessagesRequest>): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 16,
  messages: [{ role: 'user', content: 'hi' }],
  ...changes,
})
const systemOf = (count: number, control = short): MessagesRequest => ask({ system: [text(words(count), control)] })

let time = 0
let simulator: Simulator
beforeEach(() => {
  time = 1_000_000
  simulator = createSimulator({
    seed: 'test',
    pace: { tokensPerSecond: 0, firstTokenMs: 0 },
    now: () => time,
    // A word is a token for every model, and every frame is alike, so that sizes can be read off the tests.
    calibration: {
      'v4.7': { multiplier: 1, frameTokens: 5, calls: 1 },
      v5: { multiplier: 1, frameTokens: 5, calls: 1 },
    },
  })
})

/** Input, read, written for five minutes, written for an hour. */
async function usage(request: MessagesRequest, changes: Partial<BackendCall> = {}): Promise<readonly number[]> {
  const { usage: counts } = await simulator.complete(call(request, changes))
  const { ephemeral_5m_input_tokens: five = 0, ephemeral_1h_input_tokens: hour = 0 } = counts.cache_creation ?? {}
  expect(counts.cache_creation_input_tokens).toBe(five + hour)
  return [counts.input_tokens, counts.cache_read_input_tokens, five, hour]
}

describe('a marked prompt', () => {
  it('is written by the first call and read by the next, in the fields of Messages', async () => {
    const first = await simulator.complete(call(systemOf(600)))
    expect(JSON.stringify(first.usage)).toBe(
      '{"input_tokens":8,"cache_creation_input_tokens":600,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":600,"ephemeral_1h_input_tokens":0},"output_tokens":16,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}',
    )
    const second = await simulator.complete(call(systemOf(600)))
    expect(JSON.stringify(second.usage)).toBe(
      '{"input_tokens":8,"cache_creation_input_tokens":0,"cache_read_input_tokens":600,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":16,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}',
    )
    expect(second.content).toEqual(first.content)
  })

  it('is charged the same in a stream', async () => {
    const usages: unknown[] = []
    for (let turn = 0; turn < 2; turn++) {
      for await (const event of await simulator.stream(call(systemOf(600)))) {
        if (event.type === 'message_start') usages.push(event.message.usage)
      }
    }
    expect(usages).toEqual([
      {
        input_tokens: 8,
        cache_creation_input_tokens: 600,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 0 },
        output_tokens: 1,
        service_tier: 'standard',
      },
      {
        input_tokens: 8,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 600,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 1,
        service_tier: 'standard',
      },
    ])
  })

  it('costs as many tokens in all as an unmarked one, which is never cached', async () => {
    const plain = ask({ system: [text(words(600))] })
    expect(await usage(plain)).toEqual([608, 0, 0, 0])
    expect(await usage(plain)).toEqual([608, 0, 0, 0])
    expect(await usage(systemOf(600))).toEqual([8, 0, 600, 0])
    expect(await simulator.countTokens(call(systemOf(600)))).toBe(608)
  })

  it('is not cached by counting it', async () => {
    await simulator.countTokens(call(systemOf(600)))
    expect(await usage(systemOf(600))).toEqual([8, 0, 600, 0])
  })

  it('is forgotten when the simulator is told to', async () => {
    await usage(systemOf(600))
    await simulator.promptCache.load(undefined)
    expect(await usage(systemOf(600))).toEqual([8, 0, 600, 0])
  })
})

describe('the smallest prompt that is cached', () => {
  it.each([
    ['anthropic.claude-opus-5', 512],
    ['anthropic.claude-sonnet-5', 1024],
    ['anthropic.claude-opus-4-7', 2048],
    ['anthropic.claude-sonnet-4-6', 2048],
    ['anthropic.claude-opus-4-6-v1', 4096],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 4096],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 1024],
    ['anthropic.claude-3-5-haiku-20241022-v1:0', 2048],
    // No source gives the newest models a figure.
    ['anthropic.claude-opus-5-5', 1024],
  ])('of %s has %i tokens', async (id, minimum) => {
    const model = modelNamed(id)
    expect(await usage(systemOf(minimum - 1), { model })).toEqual([minimum + 7, 0, 0, 0])
    expect(await usage(systemOf(minimum), { model })).toEqual([8, 0, minimum, 0])
  })

  it('does not exist for models from before caching', async () => {
    const model = modelNamed('anthropic.claude-3-haiku-20240307-v1:0')
    expect(await usage(systemOf(9_000), { model })).toEqual([9_008, 0, 0, 0])
  })

  it('counts everything before the breakpoint', async () => {
    const request = ask({
      system: [text(words(300))],
      messages: [{ role: 'user', content: [text(words(210), short), text('hi')] }],
    })
    // 300 of system, 2 of the message's frame, 210 of text.
    expect(await usage(request)).toEqual([6, 0, 512, 0])
  })
})

const tool = (name: string, cache_control?: CacheControl): Tool => ({
  name,
  description: words(600),
  input_schema: { type: 'object' },
  ...(cache_control !== undefined && { cache_control }),
})

describe('a prefix', () => {
  it('is tools, then system, then messages: a change takes what comes after it along', async () => {
    const request = ask({
      tools: [tool('a', short)],
      system: [text(words(600), short)],
      messages: [{ role: 'user', content: [text(words(600), short)] }],
    })
    const [input, , written = 0] = await usage(request)
    expect(input).toBe(5)
    expect(await usage(request)).toEqual([5, written, 0, 0])
    // 602: the text and its message's frame.
    const otherText = { ...request, messages: [{ role: 'user' as const, content: [text(words(600, 'slate'), short)] }] }
    expect(await usage(otherText)).toEqual([5, written - 602, 602, 0])
    expect(await usage({ ...request, system: [text(words(600, 'slate'), short)] })).toEqual([
      5,
      written - 1202,
      1202,
      0,
    ])
    expect(await usage({ ...request, tools: [tool('b', short)] })).toEqual([5, 0, written, 0])
  })

  it('does not depend on what is marked in it, nor on how one text is written', async () => {
    await usage(
      ask({ system: [text(words(600), short)], messages: [{ role: 'user', content: [text(words(100), short)] }] }),
    )
    expect(
      await usage(
        ask({
          system: words(600),
          messages: [
            { role: 'user', content: words(100) },
            { role: 'assistant', content: 'Yes.' },
            { role: 'user', content: [text('And then?', short)] },
          ],
        }),
      ),
    ).toEqual([5, 702, 9, 0])
  })

  it('of messages depends on the choice of tools, on thinking and on whether there are images', async () => {
    const request = ask({
      max_tokens: 4_000,
      tools: [tool('a', short)],
      messages: [{ role: 'user', content: [text(words(600), short), text('hi')] }],
    })
    const [, , written = 0] = await usage(request)
    const read = [6, written - 602, 602, 0]
    expect(await usage({ ...request, tool_choice: { type: 'auto' } })).toEqual(read)
    expect(await usage({ ...request, thinking: { type: 'adaptive' } })).toEqual(read)
    const data = Buffer.from(imageHeaders.png(28, 28)).toString('base64')
    const image = { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png', data } }
    const withImage = ask({
      ...request,
      messages: [{ role: 'user', content: [text(words(600), short), text('hi'), image] }],
    })
    expect(await usage(withImage)).toEqual([7, written - 602, 602, 0])
    expect(await usage(request)).toEqual([6, written, 0, 0])
  })

  it('belongs to one account, one Region and one model', async () => {
    await usage(systemOf(5_000))
    const written = [8, 0, 5_000, 0]
    expect(await usage(systemOf(5_000), { caller: { ...caller, account: '210987654321' } })).toEqual(written)
    expect(await usage(systemOf(5_000), { caller: { ...caller, region: 'eu-west-1' } })).toEqual(written)
    expect(await usage(systemOf(5_000), { model: opus46 })).toEqual(written)
    // Another user and another wire of the same account share it.
    expect(
      await usage(systemOf(5_000), { caller: { ...caller, user: 'ana' }, wire: 'converse', modelId: 'us.x' }),
    ).toEqual([8, 5_000, 0, 0])
  })

  it('counts files, which are another prompt when they are seen instead of read', async () => {
    const document = {
      type: 'document' as const,
      source: { type: 'text' as const, media_type: 'text/plain', data: words(600) },
      cache_control: short,
    }
    const request = ask({ messages: [{ role: 'user', content: [document, text('hi')] }] })
    // The document costs 8 beside its text, its message 2.
    expect(await usage(request)).toEqual([6, 0, 610, 0])
    expect(await usage(request)).toEqual([6, 610, 0, 0])
    expect(await usage(request, { documentMode: 'per-citations' })).toEqual([6, 0, 610, 0])
  })

  it('may end inside a tool result', async () => {
    const turns = (...content: readonly ReturnType<typeof text>[]): MessagesRequest =>
      ask({
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'a', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content }] },
        ],
      })
    const [input, read, written] = await usage(turns(text(words(600), short), text('more')))
    expect([input, read]).toEqual([6, 0])
    expect(await usage(turns(text(words(600), short), text('other')))).toEqual([6, written, 0, 0])
  })
})

/** A conversation of so many messages, one of them marked. */
const turns = (count: number, marked = count): MessagesRequest =>
  ask({
    system: words(600),
    messages: Array.from({ length: count }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: index === marked - 1 ? [text(`Turn`, short)] : `Turn`,
    })),
  })

describe('what is read', () => {
  it('is found up to nineteen blocks before a breakpoint, and no further', async () => {
    expect(await usage(turns(1))).toEqual([5, 0, 603, 0])
    expect(await usage(turns(20))).toEqual([5, 603, 57, 0])
    await simulator.promptCache.load(undefined)
    await usage(turns(1))
    expect(await usage(turns(21))).toEqual([5, 0, 663, 0])
  })

  it('is found further back by a breakpoint that stands there', async () => {
    await usage(turns(1))
    const request = turns(41)
    expect(await usage({ ...request, messages: [...turns(1).messages, ...request.messages.slice(1)] })).toEqual([
      5, 603, 120, 0,
    ])
  })

  it('grows with a conversation whose end is always marked, by hand or automatically', async () => {
    const automatic = (count: number): MessagesRequest => ({ ...turns(count, 0), cache_control: short })
    expect(await usage(automatic(1))).toEqual([5, 0, 603, 0])
    expect(await usage(automatic(3))).toEqual([5, 603, 6, 0])
    expect(await usage(turns(5))).toEqual([5, 609, 6, 0])
    expect(await usage({ ...automatic(7), cache_control: long })).toEqual([5, 615, 0, 6])
  })

  it('is never what an earlier call wrote beyond the breakpoint', async () => {
    await usage(turns(5, 5))
    expect(await usage(turns(5, 3))).toEqual([11, 0, 609, 0])
    expect(await usage(turns(5, 3))).toEqual([11, 609, 0, 0])
  })
})

describe('what is written', () => {
  it('lives five minutes from its last use', async () => {
    await usage(systemOf(600))
    time += 5 * minute - 1
    expect(await usage(systemOf(600))).toEqual([8, 600, 0, 0])
    time += 5 * minute - 1
    expect(await usage(systemOf(600))).toEqual([8, 600, 0, 0])
    time += 5 * minute
    expect(await usage(systemOf(600))).toEqual([8, 0, 600, 0])
  })

  it('lives an hour from its last use where that is asked for', async () => {
    expect(await usage(systemOf(600, long))).toEqual([8, 0, 0, 600])
    time += 60 * minute - 1
    expect(await usage(systemOf(600, long))).toEqual([8, 600, 0, 0])
    time += 60 * minute
    expect(await usage(systemOf(600, long))).toEqual([8, 0, 0, 600])
  })

  it('keeps the life that it was written with, however it is read', async () => {
    await usage(systemOf(600, long))
    expect(await usage(systemOf(600, short))).toEqual([8, 600, 0, 0])
    time += 59 * minute
    expect(await usage(systemOf(600, short))).toEqual([8, 600, 0, 0])
  })

  it('is told apart by how long it lives when both are mixed', async () => {
    const request = ask({
      system: [text(words(600), long), text(words(100), long)],
      messages: [{ role: 'user', content: [text(words(50), short), text('hi')] }],
    })
    expect(await usage(request)).toEqual([6, 0, 52, 700])
    time += 30 * minute
    expect(await usage(request)).toEqual([6, 700, 52, 0])
  })

  it('lives five minutes by models that have no price for an hour', async () => {
    const model = modelNamed('anthropic.claude-opus-4-1-20250805-v1:0')
    expect(await usage(systemOf(2_000, long), { model })).toEqual([8, 0, 2_000, 0])
  })

  it('is not written by a call that is refused', async () => {
    const image = {
      type: 'image' as const,
      source: { type: 'base64' as const, media_type: 'image/png', data: 'AAAA' },
    }
    const bad = ask({ ...systemOf(600), messages: [{ role: 'user', content: [image] }] })
    await expect(simulator.complete(call(bad))).rejects.toThrow('Could not process image')
    expect(await usage(systemOf(600))).toEqual([8, 0, 600, 0])
  })

  it('makes room for itself: what was used longest ago goes first', () => {
    const cache = createPromptCache(() => 0, 2)
    const read = (count: number): number | undefined =>
      cache.charge(call(systemOf(count)), noMedia, { frameTokens: 5, multiplier: 1 })?.read
    expect([read(600), read(700), read(600), read(800), read(600), read(700)]).toEqual([0, 0, 600, 0, 600, 0])
  })
})

describe('what a prompt cache saves', () => {
  it('is read back by another, with what is left of its life', async () => {
    await usage(systemOf(2_000))
    await usage(systemOf(3_000, long))
    const saved: unknown = JSON.parse(JSON.stringify(await simulator.promptCache.save()))
    expect(saved).toEqual([
      [expect.stringMatching(/^[\w+/]{43}=$/), '5m', 1_000_000 + 5 * minute],
      [expect.stringMatching(/^[\w+/]{43}=$/), '1h', 1_000_000 + 60 * minute],
    ])
    const other = createPromptCache(() => time)
    other.load(saved as never)
    expect(other.save()).toEqual(saved)
    time += 5 * minute
    expect(other.save()).toEqual([(saved as unknown[])[1]])
  })

  it('counts as changed by every call that writes or reads, and by none that does not', async () => {
    const { promptCache } = simulator
    const before = promptCache.changes?.()
    await usage(ask({}))
    expect(promptCache.changes?.()).toBe(before)
    await usage(systemOf(2_000))
    expect(promptCache.changes?.()).not.toBe(before)
  })

  it.each([
    [null],
    [{}],
    [[[]]],
    [[['short', '5m', 1]]],
    [[[`${'A'.repeat(43)}=`, '2m', 1]]],
    [[[`${'A'.repeat(43)}=`, 'toString', 1]]],
    [[[`${'A'.repeat(43)}=`, '5m', '1']]],
    [Array.from({ length: 3 }, () => [`${'A'.repeat(43)}=`, '5m', 1])],
  ])('is not %j', (saved) => {
    const cache = createPromptCache(() => time, 2)
    const good = [[`${'B'.repeat(43)}=`, '5m', time + 1]]
    cache.load(good)
    expect(() => cache.load(saved)).toThrow('expected')
    expect(cache.save()).toEqual(good)
  })
})

import {
  decodeFrames,
  encodeFrame,
  type Frame,
  FrameError,
  GatewayError,
  stringHeader,
  type StreamOperation,
} from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'
import { ConnectionDropped, type StreamBreak } from '../../faults.ts'
import { breakFrames } from './break-frames.ts'

const frame = (name: string): Uint8Array =>
  encodeFrame(
    [
      [':event-type', name],
      [':message-type', 'event'],
    ],
    Buffer.from(`{"${name}":1}`),
  )

/** Four frames, the first two of them in one chunk, as a stream's head is sent. */
async function* frames(): AsyncGenerator<Uint8Array> {
  yield Buffer.concat([frame('one'), frame('two')])
  yield frame('three')
  yield frame('four')
}

async function run(
  breaks: StreamBreak,
  after: number,
  operation: StreamOperation = 'ConverseStream',
): Promise<{ readonly bytes: Buffer; readonly error: unknown }> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of breakFrames(frames(), { after, breaks }, operation)) chunks.push(chunk)
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error }
  }
  return { bytes: Buffer.concat(chunks), error: undefined }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function decode(bytes: Uint8Array): Promise<readonly Frame[]> {
  const decoded: Frame[] = []
  for await (const one of decodeFrames(once(bytes))) decoded.push(one)
  return decoded
}

const typesOf = (decoded: readonly Frame[]): readonly (string | undefined)[] =>
  decoded.map((one) => stringHeader(one, ':event-type') ?? stringHeader(one, ':exception-type'))
const text = (one: Frame | undefined): string => Buffer.from(one?.payload ?? []).toString()

describe('a broken stream', () => {
  it('has an event that no client knows after so many frames, and goes on', async () => {
    const { bytes } = await run({ kind: 'unknown-event' }, 1)
    expect(typesOf(await decode(bytes))).toEqual(['one', 'outcropUnknownEvent', 'two', 'three', 'four'])
  })

  it('starts a block with nothing on Converse, and sends a chunk without bytes on InvokeModel', async () => {
    const converse = await decode((await run({ kind: 'empty-block-start' }, 1)).bytes)
    const invoke = await decode((await run({ kind: 'empty-block-start' }, 1, 'InvokeModelWithResponseStream')).bytes)
    expect(typesOf(converse)).toEqual(['one', 'contentBlockStart', 'two', 'three', 'four'])
    expect(text(converse[1])).toBe('{"contentBlockIndex":0,"start":{}}')
    expect(typesOf(invoke)).toEqual(['one', 'chunk', 'two', 'three', 'four'])
    expect(text(invoke[1])).toBe('{}')
  })

  it('has one frame whose checksum is wrong', async () => {
    const { bytes } = await run({ kind: 'bad-crc' }, 2)
    const whole = Buffer.concat([frame('one'), frame('two'), frame('three'), frame('four')])
    expect(bytes.length).toBe(whole.length)
    await expect(decode(bytes)).rejects.toBeInstanceOf(FrameError)
    const good = frame('one').length + frame('two').length
    expect(bytes.subarray(0, good)).toEqual(whole.subarray(0, good))
  })

  it('ends in the middle of a frame, cleanly', async () => {
    const { bytes, error } = await run({ kind: 'half-frame' }, 2)
    const good = Buffer.concat([frame('one'), frame('two')])
    expect(error).toBeUndefined()
    expect(bytes.length).toBe(good.length + (frame('three').length >> 1))
  })

  it('is dropped after so many frames', async () => {
    const { bytes, error } = await run({ kind: 'drop' }, 3)
    expect(typesOf(await decode(bytes))).toEqual(['one', 'two', 'three'])
    expect(error).toBeInstanceOf(ConnectionDropped)
  })

  it('ends with the exception that was asked for, by its name in the stream', async () => {
    const error = new GatewayError('throttled', 'Slow down.')
    const decoded = await decode((await run({ kind: 'exception', error }, 1)).bytes)
    expect(typesOf(decoded)).toEqual(['one', 'throttlingException'])
    expect(text(decoded[1])).toBe('{"message":"Slow down."}')
  })

  it('waits between two frames and then goes on', async () => {
    let waited = 0
    const wait = (): Promise<void> => {
      waited++
      return Promise.resolve()
    }
    expect(typesOf(await decode((await run({ kind: 'stall', wait }, 2)).bytes))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ])
    expect(waited).toBe(1)
  })
})

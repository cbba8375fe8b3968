import {
  crc32,
  createFrameDecoder,
  encodeFrame,
  type Frame,
  FrameError,
  type FrameHeaderValue,
} from '@outcrop/protocol'
import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert/strict'
import { byteChanges, changeBytes, cut, places } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

/** What became of bytes: the frames before the first fault, and the fault. */
interface Outcome {
  readonly frames: readonly Frame[]
  readonly fault: string | undefined
}

/** Event frames: changed ones are decoded or refused by name, and where the network cuts them changes nothing. */
export const frames = createTarget<{ readonly bytes: Uint8Array; readonly cuts: readonly number[] }>({
  name: 'frames',
  runs: 400,
  weight: 1,
  open: () => ({
    inputs: fc.record({
      bytes: fc.oneof(changedFrames, forgedFrames, fc.uint8Array({ maxLength: 200 })),
      cuts: places,
    }),
    check: ({ bytes, cuts }) => {
      const whole = decode([bytes])
      deepStrictEqual(decode(cut(bytes, cuts)), whole)
      if (whole.frames.length > bytes.length / 16) throw new Error('more frames than bytes can hold')
    },
    show: ({ bytes, cuts }) => `${Buffer.from(bytes).toString('hex')} cut at ${cuts.join(', ')}`,
  }),
})

const header = fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.string({ unit: 'binary' }))
const goodFrame = fc
  .tuple(fc.uniqueArray(header, { selector: ([name]) => name, maxLength: 5 }), fc.uint8Array({ maxLength: 400 }))
  .map(([headers, payload]) => encodeFrame(headers, payload))

const changedFrames = fc
  .tuple(fc.array(goodFrame, { maxLength: 4 }), byteChanges(3))
  .map(([sound, changes]) => changeBytes(Buffer.concat(sound), changes))

/** Header blocks that are hardly ever right, in frames whose checksums always are. */
const forgedFrames = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(12), fc.uint8Array({ maxLength: 20 }))
        .map(([name, type, value]) =>
          Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([type]), value]),
        ),
    ),
    { maxLength: 4 },
  )
  .map((blocks) => forge(Buffer.concat(blocks)))

function forge(block: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(16 + block.length)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(block.length, 4)
  frame.writeUInt32BE(crc32(frame, 0, 8), 8)
  frame.set(block, 12)
  frame.writeUInt32BE(crc32(frame, 0, frame.length - 4), frame.length - 4)
  return frame
}

function decode(chunks: readonly Uint8Array[]): Outcome {
  const decoder = createFrameDecoder()
  const found: Frame[] = []
  try {
    for (const chunk of chunks) found.push(...decoder.push(chunk))
    decoder.end()
  } catch (error) {
    if (!(error instanceof FrameError)) throw error
    return { frames: found.map(copy), fault: error.reason }
  }
  return { frames: found.map(copy), fault: undefined }
}

// Bytes share memory with what brought them, whose type the comparison must not see.
function copy({ headers, payload }: Frame): Frame {
  const plain = new Map<string, FrameHeaderValue>()
  for (const [name, value] of headers) {
    plain.set(name, value.type === 'binary' ? { ...value, value: Uint8Array.from(value.value) } : value)
  }
  return { headers: plain, payload: Uint8Array.from(payload) }
}

import { describe, expect, it } from 'vitest'
import { readFailureText } from './read-failure-text.ts'

/** A response of chunks that then ends, breaks or never ends, and tells whether it was let go. */
function respond(chunks: readonly string[], after: 'end' | 'break' | 'more') {
  const seen = { cancelled: false }
  const rest = chunks.map((chunk) => new TextEncoder().encode(chunk))
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = rest.shift()
        if (next !== undefined) controller.enqueue(next)
        else if (after === 'end') controller.close()
        else if (after === 'break') controller.error(new TypeError('terminated'))
        else controller.enqueue(new Uint8Array(1_000).fill(120))
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(body), seen }
}

describe('readFailureText', () => {
  it('reads a body whole, however it was cut', async () => {
    expect(await readFailureText(respond(['{"message":"h', 'é"}'], 'end').response)).toBe('{"message":"hé"}')
    expect(await readFailureText(new Response(null, { status: 500 }))).toBe('')
  })

  it('gives what came of a body that breaks off', async () => {
    expect(await readFailureText(respond(['abc'], 'break').response)).toBe('abc')
  })

  it('reads no more than so many bytes of a body without end, and lets go of it', async () => {
    const { response, seen } = respond([], 'more')
    expect((await readFailureText(response, { bytes: 2_500 })).length).toBe(2_500)
    expect(seen.cancelled).toBe(true)
  })

  it('waits no longer than so for a body that falls silent, and gives what came', async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('abc')),
      cancel: () => void (cancelled = true),
    })
    expect(await readFailureText(new Response(body), { ms: 30 })).toBe('abc')
    expect(cancelled).toBe(true)
  })
})

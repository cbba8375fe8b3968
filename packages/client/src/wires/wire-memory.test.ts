import { describe, expect, it } from 'vitest'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { blamesWire, createWireMemory, type WirePlace } from './wire-memory.ts'

const place: WirePlace = { wire: 'invoke', region: 'us-east-1', modelId: 'us.anthropic.claude-opus-4-8', stream: false }

const failure = (status: number, message: string, awsCode?: string): BedrockFailure => ({
  status,
  awsCode,
  type: 'api_error',
  message,
  region: 'us-east-1',
  retryable: false,
})
const unknownOperation = failure(404, 'Not served.', 'UnknownOperationException')
const denied = failure(403, 'User: x is not authorized to perform: bedrock:InvokeModel on resource: y')
const missing = failure(404, 'The model does not exist.')

const remember = (found: BedrockFailure) => {
  let at = 0
  const memory = createWireMemory({ now: () => at, holdsMs: 1000, most: 3 })
  memory.note(place, found)
  const why = (other: Partial<WirePlace> = {}): string | undefined => memory.whyUnserved({ ...place, ...other })
  return { memory, why, passTo: (time: number) => void (at = time) }
}

describe('what a client remembers of an account', () => {
  it.each([
    failure(429, 'Too many requests.', 'ThrottlingException'),
    failure(400, 'messages: Field required', 'ValidationException'),
    failure(403, 'You don’t have access to the model with the specified model ID.', 'AccessDeniedException'),
    failure(500, 'Broken.'),
    // Who is denied by name is meant, on whichever wire.
    failure(403, `${denied.message} with an explicit deny in a service control policy`),
  ])('is nothing of a failure that is not the wire’s: $status $message', (found) => {
    expect(blamesWire(place, found)).toBe(false)
    expect(remember(found).why()).toBeUndefined()
  })

  it('is a route that a Region does not have, whichever the model', () => {
    const { why } = remember(unknownOperation)
    expect(why({ modelId: 'other', stream: true })).toBe('not served in this Region')
    expect([why({ wire: 'converse' }), why({ region: 'eu-west-1' })]).toEqual([undefined, undefined])
    expect(remember(failure(403, 'Authorization header is missing')).why()).toBe('not served in this Region')
  })

  it('is a permission that the caller lacks, for all wires of the runtime, and not for streams, which need another', () => {
    const { why } = remember(denied)
    const lacking = 'this caller has no permission for it'
    expect([why(), why({ wire: 'converse' }), why({ wire: 'runtime-messages' })]).toEqual([lacking, lacking, lacking])
    expect([why({ wire: 'mantle' }), why({ stream: true }), why({ modelId: 'other' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is a model that a wire does not serve', () => {
    const { why } = remember(missing)
    expect(why()).toBe('does not serve the model in this Region')
    expect([why({ modelId: 'other' }), why({ wire: 'converse' })]).toEqual([undefined, undefined])
  })

  it('is forgotten in time', () => {
    const { why, passTo } = remember(unknownOperation)
    passTo(999)
    expect(why()).toBe('not served in this Region')
    passTo(1000)
    expect(why()).toBeUndefined()
  })

  it('is bounded: the oldest goes first', () => {
    const { memory, why } = remember(missing)
    for (const modelId of ['a', 'b', 'c']) memory.note({ ...place, modelId }, missing)
    expect([why(), why({ modelId: 'a' }), why({ modelId: 'c' })].map((found) => found !== undefined)).toEqual([
      false,
      true,
      true,
    ])
  })
})

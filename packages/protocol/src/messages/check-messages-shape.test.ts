import { describe, expect, it } from 'vitest'
import { checkMessagesShape } from './check-messages-shape.ts'

const hello = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }
const withDocument = (source: object) => ({
  ...hello,
  messages: [{ role: 'user', content: [{ type: 'document', source }] }],
})

describe('checkMessagesShape', () => {
  it('gives the very object that it was asked about, with members that nobody knows', () => {
    const body = { ...hello, next: { a: 1 } }
    const checked = checkMessagesShape(body)
    expect(checked.kind === 'request' ? checked.request : checked.text).toBe(body)
  })

  it.each([
    [{ type: 'base64', media_type: 'application/msword', data: 'UEs=' }],
    [{ type: 'text', media_type: 'text/csv', data: 'a,b' }],
  ])('takes documents of types that Messages itself has not: %j', (source) => {
    expect(checkMessagesShape(withDocument(source)).kind).toBe('request')
  })

  it.each<[object, string]>([
    [{}, 'anthropic_version: Field required'],
    [{ ...hello, messages: [{ role: 'user' }] }, 'messages.0.content: Field required'],
    [{ ...hello, max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    [
      withDocument({ type: 'base64', media_type: 'application/msword', data: 'no base64' }),
      'messages.0.content.0.document.source.base64: invalid base64 data',
    ],
  ])('says the first thing that is wrong with %j', (body, text) => {
    expect(checkMessagesShape({ ...body })).toEqual({ kind: 'malformed', text })
  })
})

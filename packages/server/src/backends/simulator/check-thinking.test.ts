import { type ContentBlock, findModel, type Message, type MessagesRequest, type Thinking } from '@outcrop/protocol'
import { describe, expect, it } from 'vitest'

import type { BackendCall } from '../backend.ts'
import type { AnswerBlock } from './answer.ts'
import { createSimulator, type Lines } from './simulator.ts'
import { sealThinking, signThinking } from './thinking.ts'

const model = findModel('anthropic.claude-opus-4-6-v1')
if (model === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
const call = (request: MessagesRequest): BackendCall => ({
  requestId: '00000000-0000-4000-8000-000000000000',
  scope: 'us',
  model,
  modelId: model.modelId,
  wire: 'invoke',
  caller: {
    how: 'anonymous',
    user: 'anonymous',
    arn: 'arn:aws:iam::123456789012:user/anonymous',
    userId: 'AIDAEXAMPLE',
    account: '123456789012',
    region: 'us-east-1',
    accessKeyId: null,
  },
  headers: {},
  request,
  documentMode: 'visual',
  signal: new AbortController().signal,
})
const pace = { tokensPerSecond: 0, firstTokenMs: 0 }
const simulator = createSimulator({ seed: 'test', pace, now: Date.now })
const ask = (changes: Partial<MessagesRequest> = {}): MessagesRequest => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 4_000,
  messages: [{ role: 'user', content: 'Which layer is the oldest?' }],
  thinking: { type: 'enabled', budget_tokens: 1_024 },
  ...changes,
})
const comingBack = (content: readonly ContentBlock[]): MessagesRequest => ({
  ...ask(),
  messages: [...ask().messages, { role: 'assistant', content }, { role: 'user', content: 'And the youngest?' }],
})
const thinkingOf = ({ content }: Message): string =>
  content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('')
/** What comes of sending content back: its refusal, or `answered`. */
const sendBack = (content: readonly ContentBlock[], lines?: Lines): Promise<string> =>
  simulator.complete(call(comingBack(content)), lines).then(
    () => 'answered',
    (error: unknown) => String(error),
  )
const said: ContentBlock = { type: 'text', text: 'The lowest.' }
const refused = 'GatewayError: messages.1.content.0: Invalid `signature` in `thinking` block'

const redacted = (data: string): Promise<string> => sendBack([{ type: 'redacted_thinking', data }, said])

describe('thinking that comes back', () => {
  const signature = signThinking('test', 'Let me see.')

  it('is taken as it left, whole or streamed, shown or omitted', async () => {
    const displays: readonly Thinking[] = [
      { type: 'enabled', budget_tokens: 1_024 },
      { type: 'adaptive' },
      { type: 'adaptive', display: 'omitted' },
    ]
    for (const thinking of displays) {
      const { content } = await simulator.complete(call(ask({ thinking })))
      expect(content[0]?.type).toBe('thinking')
      expect(await sendBack(content)).toBe('answered')
    }
    let streamed = ''
    for await (const event of await simulator.stream(call(ask()))) {
      if (event.type === 'content_block_delta' && event.delta.type === 'signature_delta') {
        streamed = event.delta.signature
      }
    }
    const thinking = thinkingOf(await simulator.complete(call(ask())))
    expect(await sendBack([{ type: 'thinking', thinking, signature: streamed }, said])).toBe('answered')
  })

  it('is taken when max_tokens cut it', async () => {
    const { content, stop_reason } = await simulator.complete(call(ask({ max_tokens: 12 })), {
      blocks: [
        {
          kind: 'thinking',
          text: 'Let me see. '.repeat(9),
          signature: signThinking('test', 'Let me see. '.repeat(9)),
          shown: true,
        },
      ],
      unlimited: false,
      pace: {},
    })
    expect(stop_reason).toBe('max_tokens')
    expect(content).toMatchObject([{ type: 'thinking', thinking: 'Let me see. Let me see. Let me see.' }])
    expect(await sendBack([...content, said])).toBe('answered')
  })

  it.each<readonly [name: string, thinking: string, signature: string, answer: string]>([
    ['as it was signed', 'Let me see.', signature, 'answered'],
    ['pruned to nothing', '', signature, 'answered'],
    ['with another text', 'Let me see!', signature, refused],
    ['signed by somebody else', 'Let me see.', signThinking('other', 'Let me see.'), refused],
    ['with half a signature', 'Let me see.', signature.slice(0, 40), refused],
    ['with a signature that says nothing', 'Let me see.', 'AAAA', refused],
    ['pruned, with a signature that says nothing', '', 'AAAA', refused],
    ['without a signature', 'Let me see.', '', 'GatewayError: messages.1.content.0.thinking.signature: Field required'],
  ])('%s is judged as Claude would', async (_, thinking, sealed, answer) => {
    expect(await sendBack([{ type: 'thinking', thinking, signature: sealed }, said])).toBe(answer)
  })

  it('is refused by a stream before its first event', async () => {
    const bad = comingBack([{ type: 'thinking', thinking: 'x', signature: 'AAAA' }, said])
    await expect(simulator.stream(call(bad))).rejects.toThrow('Invalid `signature` in `thinking` block')
  })

  it('is named by where it stands', async () => {
    const good: ContentBlock = { type: 'thinking', thinking: 'Let me see.', signature }
    const bad: ContentBlock = { type: 'thinking', thinking: 'Hm.', signature }
    expect(await sendBack([good, said, bad])).toBe(
      'GatewayError: messages.1.content.2: Invalid `signature` in `thinking` block',
    )
  })

  it('is taken with the signature that a script gave it, once the script has spoken', async () => {
    const block: AnswerBlock = { kind: 'thinking', text: 'Hm.', signature: 'sealed by a script', shown: true }
    const spoken: ContentBlock = { type: 'thinking', thinking: 'Hm.', signature: 'sealed by a script' }
    expect(await sendBack([spoken, said])).toBe(refused)
    await simulator.complete(call(ask()), { blocks: [block], unlimited: false, pace: {} })
    expect(await sendBack([spoken, said])).toBe('answered')
  })

  it('is known again behind its seal, and refused when that was altered or is another’s', async () => {
    const data = sealThinking('test', 'Let me see.')
    const altered = Buffer.from(data, 'base64')
    altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1
    const text = 'GatewayError: messages.1.content.0: Invalid `data` in `redacted_thinking` block'
    expect(await redacted(data)).toBe('answered')
    expect(await redacted(altered.toString('base64'))).toBe(text)
    expect(await redacted(data.slice(0, -4))).toBe(text)
    expect(await redacted(`${data}!`)).toBe(text)
    expect(await redacted(sealThinking('other', 'Let me see.'))).toBe(text)
    expect(await redacted('EmwKAhgB')).toBe(text)
    expect(await redacted('')).toBe(text)
  })

  it('is sealed as it is when a limit cut it', async () => {
    const long = 'One thought after another, until the limit ends them all.'
    const blocks: readonly AnswerBlock[] = [{ kind: 'redacted', text: long, data: sealThinking('test', long) }]
    const lines: Lines = { blocks, unlimited: false, pace: {} }
    const { content, stop_reason } = await simulator.complete(
      call(ask({ max_tokens: 5, thinking: { type: 'adaptive' } })),
      lines,
    )
    expect([stop_reason, content.map(({ type }) => type)]).toEqual(['max_tokens', ['redacted_thinking']])
    expect(content).not.toEqual([{ type: 'redacted_thinking', data: sealThinking('test', long) }])
    expect(await sendBack([...content, said])).toBe('answered')
  })

  it('is taken in the words of a script that sealed nothing', async () => {
    const lines: Lines = { blocks: [{ kind: 'redacted', text: '', data: 'EmwKAhgB' }], unlimited: false, pace: {} }
    await simulator.complete(call(ask()), lines)
    expect(await sendBack([{ type: 'redacted_thinking', data: 'EmwKAhgB' }, said])).toBe('answered')
  })
})

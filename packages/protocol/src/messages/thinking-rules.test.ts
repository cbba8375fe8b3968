import { describe, expect, it } from 'vitest'
import { findModel } from '../catalogue/lookups.ts'
import type { RuleContext } from './rule-context.ts'
import { findThinkingFault } from './thinking-rules.ts'
import type { MessageParam, MessagesRequest, Thinking } from './types.ts'

const opus = findModel('anthropic.claude-opus-4-6-v1')
if (opus === undefined) throw new Error('The catalogue lost Claude Opus 4.6')
const context: RuleContext = { model: opus, wire: 'invoke', fidelity: 'guide', byBedrock: true }

const enabled: Thinking = { type: 'enabled', budget_tokens: 1_024 }
const adaptive: Thinking = { type: 'adaptive' }
const hello: MessageParam = { role: 'user', content: 'Hello' }
const thought = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' } as const
const sealed = { type: 'redacted_thinking', data: 'c2VhbA==' } as const
const said = { type: 'text', text: 'I will look.' } as const
const callOf = (id: string) => ({ type: 'tool_use', id, name: 'look', input: {} }) as const
const resultOf = (id: string): MessageParam => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: id, content: 'Chalk.' }],
})
const assistant = (...content: Exclude<MessageParam['content'], string>): MessageParam => ({
  role: 'assistant',
  content,
})

function fault(thinking: Thinking | undefined, messages: readonly MessageParam[], more: Partial<MessagesRequest> = {}) {
  const request: MessagesRequest = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 4_000,
    messages,
    ...(thinking && { thinking }),
    ...more,
  }
  return findThinkingFault(request, context)
}

const mustStart = (message: number, found: string): string =>
  `messages.${message}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`

describe('a turn that goes on with results of tools', () => {
  it.each([
    ['a call', assistant(callOf('t1')), 'tool_use'],
    ['words', assistant(said, callOf('t1')), 'text'],
  ])('may not begin with %s when thinking is enabled', (_, began, found) => {
    expect(fault(enabled, [hello, began, resultOf('t1')])).toBe(mustStart(1, found))
    expect(fault(adaptive, [hello, began, resultOf('t1')])).toBeUndefined()
    expect(fault(undefined, [hello, began, resultOf('t1')])).toBeUndefined()
  })

  it.each([
    ['a thought', thought],
    ['a sealed one', sealed],
  ])('begins with %s', (_, first) => {
    expect(fault(enabled, [hello, assistant(first, callOf('t1')), resultOf('t1')])).toBeUndefined()
  })

  it('thinks once, before the first of several calls, unless thinking interleaves', () => {
    const turn = [hello, assistant(thought, callOf('t1')), resultOf('t1'), assistant(callOf('t2')), resultOf('t2')]
    expect(fault(enabled, turn)).toBeUndefined()
    const unthought = [hello, assistant(callOf('t1')), resultOf('t1'), assistant(thought, callOf('t2')), resultOf('t2')]
    expect(fault(enabled, unthought)).toBe(mustStart(1, 'tool_use'))
  })

  it('is over when somebody speaks again', () => {
    const before = [hello, assistant(callOf('t1')), resultOf('t1'), assistant(said)]
    expect(fault(enabled, [...before, hello])).toBeUndefined()
    expect(fault(enabled, [...before, hello, assistant(said, callOf('t2')), resultOf('t2')])).toBe(mustStart(5, 'text'))
  })
})

describe('an assistant message', () => {
  it('begins with its thought where it has one', () => {
    expect(fault(enabled, [hello, assistant(said, thought, callOf('t1')), resultOf('t1'), hello])).toBe(
      'messages.1.content.0: If an assistant message contains any thinking blocks, the first block must be `thinking` or `redacted_thinking`. Found `text`.',
    )
  })

  it('does not end the conversation with a thought, nor begin an answer in words that has to think', () => {
    expect(fault(enabled, [hello, assistant(thought)])).toBe(
      'messages.1: The final block in an assistant message cannot be `thinking`.',
    )
    expect(fault(adaptive, [hello, assistant(thought)])).toBe(
      'messages.1: The final block in an assistant message cannot be `thinking`.',
    )
    expect(fault(enabled, [hello, { role: 'assistant', content: 'The oldest is' }])).toBe(mustStart(1, 'text'))
    expect(fault(enabled, [hello, assistant(thought), hello])).toBeUndefined()
  })

  it('has no thought in the turn to be continued without thinking, but may have had one before', () => {
    const text =
      'messages.1.content.0: When thinking is disabled, an `assistant` message in the final position cannot contain `thinking`. To use thinking blocks, enable `thinking` in your request.'
    expect(fault(undefined, [hello, assistant(thought, said)])).toBe(text)
    expect(fault({ type: 'disabled' }, [hello, assistant(thought, said)])).toBe(text)
    expect(fault(undefined, [hello, assistant(thought, said), hello])).toBeUndefined()
  })
})

describe('thinking', () => {
  const documentation =
    'Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking'

  it.each<[Partial<MessagesRequest>, string | undefined]>([
    [
      { temperature: 0.7 },
      `\`temperature\` may only be set to 1 when thinking is enabled or in adaptive mode. ${documentation}`,
    ],
    [{ temperature: 1 }, undefined],
    [{ top_k: 5 }, `\`top_k\` must be unset when thinking is enabled. ${documentation}`],
    [
      { top_p: 0.9 },
      `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${documentation}`,
    ],
    [{ top_p: 0.95 }, undefined],
    [{ tool_choice: { type: 'any' } }, 'Thinking may not be enabled when tool_choice forces tool use.'],
    [{ tool_choice: { type: 'auto' } }, undefined],
  ])('with %j', (more, expected) => {
    expect(fault(enabled, [hello], more)).toBe(expected)
    expect(fault(adaptive, [hello], more)).toBe(expected)
    expect(fault(undefined, [hello], more)).toBeUndefined()
  })

  it('has a budget below the limit of the answer, unless it spans several answers', () => {
    const tight = { max_tokens: 1_024 }
    expect(fault(enabled, [hello], tight)).toBe('`max_tokens` must be greater than `thinking.budget_tokens`.')
    const beta = { anthropic_beta: ['interleaved-thinking-2025-05-14'] }
    expect(fault(enabled, [hello], { ...tight, ...beta })).toBeUndefined()
  })
})

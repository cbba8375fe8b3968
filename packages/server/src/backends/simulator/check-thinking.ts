import { type ContentBlock, GatewayError, type MessagesRequest } from '@outcrop/protocol'

import type { AnswerBlock } from './answer.ts'
import { isSealedThinking, isSimulatorSignature, isThinkingSignature, sealThinking, signThinking } from './thinking.ts'

/** Knows the thinking that a simulator has signed when it comes back in a later turn. */
export interface ThinkingCheck {
  /** Throws in Claude's words for the first block of thinking that this simulator did not sign or seal, or that was changed. */
  check(request: MessagesRequest): void
  /** The blocks that leave, out of those that were meant: thinking that a limit cut is signed or sealed as it is. */
  seal(cut: readonly AnswerBlock[], meant: readonly AnswerBlock[]): readonly AnswerBlock[]
}

/** Creates a check that knows what a seed has signed, and what scripts gave in place of that since it was created. */
export function createThinkingCheck(seed: string): ThinkingCheck {
  const scripted = new Set<string>()
  return {
    check({ messages }) {
      for (const [index, { content }] of messages.entries()) {
        if (typeof content === 'string') continue
        for (const [position, block] of content.entries()) {
          const fault = findFault(block, seed, scripted)
          if (fault !== undefined) throw refusal(`messages.${index}.content.${position}${fault}`)
        }
      }
    },
    seal(cut, meant) {
      if (!cut.some(({ kind }) => kind === 'thinking' || kind === 'redacted')) return cut
      return cut.map((block, index) => {
        const whole = meant[index]
        if (block.kind === 'redacted' && whole?.kind === 'redacted') {
          if (!isSealedThinking(seed, block.data)) remember(scripted, block.data)
          else if (block.text !== whole.text) return { ...block, data: sealThinking(seed, block.text) }
          return block
        }
        if (block.kind !== 'thinking' || whole?.kind !== 'thinking') return block
        const signed = block.shown ? whole.text : ''
        if (!isThinkingSignature(seed, signed, block.signature)) {
          remember(scripted, block.signature)
          return block
        }
        return block.text === whole.text
          ? block
          : { ...block, signature: signThinking(seed, block.shown ? block.text : '') }
      })
    },
  }
}

/** What is wrong with a block of thinking, behind the path to it; nothing when this simulator made it. */
function findFault(block: ContentBlock, seed: string, scripted: ReadonlySet<string>): string | undefined {
  if (block.type === 'redacted_thinking') {
    if (scripted.has(block.data) || isSealedThinking(seed, block.data)) return undefined
    // Quoted from Anthropic's API (anthropics/claude-code#56708).
    return ': Invalid `data` in `redacted_thinking` block'
  }
  if (block.type !== 'thinking' || scripted.has(block.signature)) return undefined
  // Quoted by users whose streams broke off before the signature (earendil-works/pi#2063).
  if (block.signature === '') return '.thinking.signature: Field required'
  if (isThinkingSignature(seed, block.thinking, block.signature)) return undefined
  // Clients prune old thinking to nothing and keep its signature, which Claude takes (microsoft/vscode#320196).
  if (block.thinking === '' && isSimulatorSignature(block.signature)) return undefined
  // Quoted from Bedrock and elsewhere (chenhg5/cc-connect#897, ding113/claude-code-hub#518).
  return ': Invalid `signature` in `thinking` block'
}

const mostScripted = 1_000

/** The oldest goes when there are too many: scripts have few signatures of their own. */
function remember(signatures: Set<string>, signature: string): void {
  signatures.add(signature)
  for (const oldest of signatures) {
    if (signatures.size <= mostScripted) break
    signatures.delete(oldest)
  }
}

function refusal(message: string): GatewayError {
  return new GatewayError('validation', message)
}

import { GatewayError, type MessagesRequest } from '@outcrop/protocol'

import type { AnswerBlock } from './answer.ts'
import { isSimulatorSignature, isThinkingSignature, signThinking } from './thinking.ts'

/** Knows the thinking that a simulator has signed when it comes back in a later turn. */
export interface ThinkingCheck {
  /** Throws in Claude's words for the first thinking block that this simulator did not sign, or whose text was changed. */
  check(request: MessagesRequest): void
  /** The blocks that leave, out of those that were meant: thinking that a limit cut is signed as it is. */
  seal(cut: readonly AnswerBlock[], meant: readonly AnswerBlock[]): readonly AnswerBlock[]
}

/** Creates a check that knows what a seed has signed, and the signatures that scripts gave since it was created. */
export function createThinkingCheck(seed: string): ThinkingCheck {
  const scripted = new Set<string>()
  return {
    check({ messages }) {
      for (const [index, { content }] of messages.entries()) {
        if (typeof content === 'string') continue
        for (const [position, block] of content.entries()) {
          if (block.type !== 'thinking' || scripted.has(block.signature)) continue
          const path = `messages.${index}.content.${position}`
          // Quoted by users whose streams broke off before the signature (earendil-works/pi#2063).
          if (block.signature === '') throw refusal(`${path}.thinking.signature: Field required`)
          if (isThinkingSignature(seed, block.thinking, block.signature)) continue
          // Clients prune old thinking to nothing and keep its signature, which Claude takes (microsoft/vscode#320196).
          if (block.thinking === '' && isSimulatorSignature(block.signature)) continue
          // Quoted from Bedrock and elsewhere (chenhg5/cc-connect#897, ding113/claude-code-hub#518).
          throw refusal(`${path}: Invalid \`signature\` in \`thinking\` block`)
        }
      }
    },
    seal(cut, meant) {
      if (!cut.some(({ kind }) => kind === 'thinking')) return cut
      return cut.map((block, index) => {
        const whole = meant[index]
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

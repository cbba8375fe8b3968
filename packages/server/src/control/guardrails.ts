import { GatewayError, texts } from '@outcrop/protocol'
import { toPage } from './page.ts'

/** The operations on guardrails, of either plane, that an account without any can be asked (WIRE §3.7, §7.6). */
export const guardrailOperations = {
  ListGuardrails: ({ query }: { readonly query: URLSearchParams }) => {
    // Asked of one guardrail, it lists the versions of that.
    if (query.get('guardrailIdentifier')) throw unknownGuardrail()
    return { guardrails: toPage([], query).items }
  },
  GetGuardrail: refuse,
  CreateGuardrailVersion: refuse,
  UpdateGuardrail: refuse,
  DeleteGuardrail: refuse,
  ApplyGuardrail: refuse,
} as const

function refuse(): never {
  throw unknownGuardrail()
}

/** [?] The shape is modelled; the words are those of a call that names an unknown guardrail. */
function unknownGuardrail(): GatewayError {
  return new GatewayError('notFound', texts.guardrailNotFound)
}

import {
  checkApplyGuardrailRequest,
  findGuardrailFault,
  GatewayError,
  guardrailIdentifierViolation,
  texts,
} from '@outcrop/protocol'
import { toPage } from './page.ts'

/** What is asked about guardrails. */
export interface GuardrailCall {
  readonly query: URLSearchParams
  /** The guardrail that the path names; `''` for all of them. */
  readonly identifier: string
  /** The version that the path names, where it names one. */
  readonly version: string | undefined
  readonly body: Uint8Array
}

/** The operations on guardrails, of either plane, that an account without any can be asked (WIRE §3.7, §7.6). */
export const guardrailOperations = {
  ListGuardrails: ({ query }: GuardrailCall) => {
    const page = toPage([], query).items
    // Asked of one guardrail, it lists the versions of that.
    const one = query.get('guardrailIdentifier')
    if (one !== null && one !== '') refuse({ identifier: one })
    return { guardrails: page }
  },
  GetGuardrail: refuse,
  CreateGuardrailVersion: refuse,
  UpdateGuardrail: refuse,
  DeleteGuardrail: refuse,
  ApplyGuardrail: ({ identifier, version, body }: GuardrailCall) => {
    checkApplyGuardrailRequest(body)
    const fault = findGuardrailFault({ identifier, version })
    if (fault !== undefined && fault !== texts.guardrailNotFound) throw new GatewayError('validation', fault)
    throw unknownGuardrail()
  },
} as const

function refuse({ identifier }: Pick<GuardrailCall, 'identifier'>): never {
  const violation = guardrailIdentifierViolation(identifier)
  throw violation === undefined ? unknownGuardrail() : new GatewayError('validation', violation)
}

/** [?] The shape is modelled; the words are those of a call that names an unknown guardrail. */
function unknownGuardrail(): GatewayError {
  return new GatewayError('notFound', texts.guardrailNotFound)
}

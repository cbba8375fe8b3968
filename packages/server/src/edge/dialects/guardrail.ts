import { type ConverseRequest, findGuardrailFault, GatewayError, type GuardrailName, texts } from '@outcrop/protocol'
import type { HeaderMap } from '../../exchange.ts'

const headerNames = { identifier: 'x-amzn-bedrock-guardrailidentifier', version: 'x-amzn-bedrock-guardrailversion' }

/** The guardrail that the headers of a call name. */
function namedIn(headers: HeaderMap): GuardrailName {
  return { identifier: headers[headerNames.identifier], version: headers[headerNames.version] }
}

/** Refuses the guardrail that the headers of a call name: none can exist here, and to ignore one would answer what it should stop. */
export function refuseGuardrailIn(headers: HeaderMap): void {
  refuse(namedIn(headers))
}

/** Refuses the guardrail that a Converse request names, and settings for one that it does not name. */
export function refuseGuardrailConfig({ guardrailConfig }: ConverseRequest): void {
  if (guardrailConfig === undefined) return
  const { guardrailIdentifier, guardrailVersion } = guardrailConfig
  refuse({ identifier: guardrailIdentifier, version: guardrailVersion })
  throw unknownGuardrail()
}

function refuse(named: GuardrailName): void {
  const fault = findGuardrailFault(named)
  if (fault !== undefined) throw new GatewayError('validation', fault)
}

/** The refusal of settings for a guardrail where none is named. */
export function unknownGuardrail(): GatewayError {
  return new GatewayError('validation', texts.guardrailNotFound)
}

/** What to tell a caller whose headers name a guardrail where those headers mean nothing (WIRE §1.3); nothing to all others. */
export function guardrailWarning(headers: HeaderMap): string | undefined {
  const { identifier, version } = namedIn(headers)
  if (identifier === undefined && version === undefined) return undefined
  return 'No guardrail was applied: X-Amzn-Bedrock-GuardrailIdentifier and -GuardrailVersion have no effect here.'
}

import { decodeModelIdLabel, GatewayError, texts } from '@outcrop/protocol'
import { createAccessOperations } from './access-operations.ts'
import { createBatchOperations } from './batch-operations.ts'
import type { ControlCaller, ControlServices, Operation } from './control-call.ts'
import { guardrailOperations } from './guardrails.ts'
import { createLoggingOperations } from './logging-operations.ts'
import { modelOperations } from './model-operations.ts'
import { createProfileOperations } from './profile-operations.ts'
import { createTagOperations } from './tag-operations.ts'

/** The operation that a path asks for, and its labels as they arrived, percent-encoded or not. */
interface ControlRoute {
  readonly operation: ControlOperation
  /** `''` where the path has none. */
  readonly rawIdentifier: string
  /** A second label of the path. */
  readonly rawVersion?: string
}

/** Answers of the control plane: a status and the object that is the body. */
interface ControlAnswer {
  readonly status: number
  readonly body: object
  /** What the caller should hear besides. */
  readonly warnings: readonly string[]
}

/** Answers an operation (WIRE §7); throws Bedrock's refusal of what makes no sense. */
export type Control = (
  route: ControlRoute,
  rawQuery: string,
  caller: ControlCaller,
  body: Uint8Array,
) => Promise<ControlAnswer>

function createOperations(services: ControlServices) {
  return {
    ...modelOperations,
    ...createAccessOperations(services),
    ...createProfileOperations(services),
    ...createTagOperations(services),
    ...createLoggingOperations(services),
    ...createBatchOperations(services),
    ...guardrailOperations,
  } as const satisfies Readonly<Record<string, Operation>>
}

type ControlOperation = keyof ReturnType<typeof createOperations>

/** Those that do not answer with 200 (WIRE §7.2, §7.3). */
const statuses: Partial<Record<ControlOperation, number>> = {
  CreateInferenceProfile: 201,
  CreateFoundationModelAgreement: 202,
  DeleteFoundationModelAgreement: 202,
  PutUseCaseForModelAccess: 201,
}

/** Opens the control plane over the state that it reads and changes. */
export function createControl(services: ControlServices): Control {
  const operations: Readonly<Record<ControlOperation, Operation>> = createOperations(services)
  return async ({ operation, rawIdentifier, rawVersion }, rawQuery, caller, body) => {
    const identifier = decodeModelIdLabel(rawIdentifier)
    if (identifier === undefined) throw new GatewayError('validation', texts.invalidModelId)
    const version = rawVersion === undefined ? undefined : decodeModelIdLabel(rawVersion)
    const warnings: string[] = []
    const warn = (text: string): void => void warnings.push(text)
    const call = { caller, identifier, version, body, query: new URLSearchParams(rawQuery), warn }
    return { status: statuses[operation] ?? 200, body: await operations[operation](call), warnings }
  }
}

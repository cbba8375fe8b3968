import {
  type FailureCode,
  failures,
  GatewayError,
  type MessageStreamEvent,
  nearestWord,
  texts,
} from '@outcrop/protocol'

/** Thrown instead of an answer, or in the middle of one: the listener closes the connection and says nothing more. */
export class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped'

  constructor() {
    super('The connection is dropped on purpose.')
  }
}

/** Long enough for what was written before to leave this machine: the caller is to see where the answer broke off. */
const flushMs = 25

/** Drops the connection in the middle of an answer, behind everything that was said of it. */
export async function dropMidway(): Promise<never> {
  await new Promise((resolve) => {
    setTimeout(resolve, flushMs)
  })
  throw new ConnectionDropped()
}

/** A failure that somebody asked for: no dialect adds to its words. */
export class AskedFailure extends GatewayError {}

/** The events of an answer, and what is to go wrong with their bytes on the way. */
export interface ModelEvents extends AsyncIterable<MessageStreamEvent> {
  readonly fault?: StreamFault
}

/** What goes wrong inside a stream, once `after` frames have left whole. */
export interface StreamFault {
  readonly after: number
  readonly breaks: StreamBreak
}

/** Every way to break a stream (LOCAL.md §0.4), and an exception frame. */
export type StreamBreak =
  | { readonly kind: Exclude<StreamFaultKind, 'stall'> | 'drop' }
  | { readonly kind: 'stall'; readonly wait: () => Promise<void> }
  | { readonly kind: 'exception'; readonly error: GatewayError }

/** What can go wrong with the bytes of a stream and leaves a whole answer alone. */
const streamFaultKinds = ['empty-block-start', 'unknown-event', 'bad-crc', 'half-frame', 'stall'] as const
/** What can go wrong with any call, beside being refused. */
const callFaultKinds = ['slow', 'drop'] as const

/** A fault that only a stream can have. */
type StreamFaultKind = (typeof streamFaultKinds)[number]

/** The failures that a caller can ask for: those that Bedrock models, and no code of Outcrop's own. */
const failureCodes = [
  'accessDenied',
  'conflict',
  'internal',
  'modelError',
  'modelNotReady',
  'modelStreamError',
  'modelTimeout',
  'notFound',
  'quotaExceeded',
  'throttled',
  'unavailable',
  'validation',
  'unrecognizedClient',
  'expiredToken',
  'invalidSignature',
] as const satisfies readonly FailureCode[]

type AskableFailure = (typeof failureCodes)[number]

/** Everything that can be made to go wrong, by its name. */
export type FaultKind = AskableFailure | StreamFaultKind | (typeof callFaultKinds)[number]

/** A fault's name, or AWS's for a failure, such as `ThrottlingException`. */
export type FaultName = FaultKind | (typeof failures)[AskableFailure]['aws']

/** One thing that is to go wrong with a call. */
export interface Fault {
  readonly kind: FaultName
  /** The text of a failure; Bedrock's own when absent. */
  readonly message?: string
  /** How many frames of a stream leave whole before it; absent, a failure or a drop comes instead of an answer. */
  readonly after?: number
  /** How long `slow` and `stall` take. */
  readonly ms?: number
}

/** Every fault's name, for whoever lists or checks them. */
export const faultKinds: readonly FaultKind[] = [...failureCodes, ...callFaultKinds, ...streamFaultKinds]

const byName: ReadonlyMap<string, FaultKind> = new Map<string, FaultKind>([
  // The first code of a shape is Bedrock's own: the later ones are the front door's.
  ...[...failureCodes].reverse().map((code) => [failures[code].aws, code] as const),
  ...faultKinds.map((kind) => [kind, kind] as const),
])

/** Every word that means a fault: the kinds, and AWS's names of the failures. */
export const faultNames: readonly string[] = [...byName.keys()]

/** The fault that a word means: a kind such as `throttled`, or an AWS name such as `ThrottlingException`. */
export function findFaultKind(word: string): FaultKind | undefined {
  return byName.get(word)
}

/** Says which faults there are to somebody who wrote another word. */
export function explainFaultKind(word: string): string {
  const nearest = nearestWord(word, faultNames)
  return nearest === undefined ? `expected one of ${faultKinds.join(', ')}` : `did you mean ${nearest}?`
}

const failureOfKind = (kind: FaultName): AskableFailure | undefined => {
  const found = byName.get(kind)
  return failureCodes.find((code) => code === found)
}

/** The failure that a fault is, or nothing when it is of another kind. */
export function failureOf({ kind, message }: Fault): AskedFailure | undefined {
  const code = failureOfKind(kind)
  if (code === undefined) return undefined
  // WIRE §3.3: these two carry what happened at the model's side.
  const isModels = code === 'modelError' || code === 'modelStreamError'
  return new AskedFailure(code, message ?? words[code], isModels ? { members: { originalStatusCode: 500 } } : {})
}

/** Bedrock's words for each failure, where it has one for all cases. */
const words: Readonly<Record<AskableFailure, string>> = {
  accessDenied: texts.noModelAccess,
  conflict: 'Error occurred because of a conflict while performing an operation.', // [?] botocore's documentation
  internal: texts.unexpected,
  modelError: 'The request failed due to an error while processing the model.', // [?] botocore's documentation
  modelNotReady: texts.modelNotReady,
  modelStreamError: 'An error occurred while streaming the response. Retry your request.', // [?] botocore's documentation
  modelTimeout: texts.modelTimeout,
  notFound: texts.unresolvedModel,
  quotaExceeded: 'Your request exceeds the service quota for your account.', // [?] botocore's documentation
  throttled: texts.tooManyRequests,
  unavailable: texts.unavailable,
  validation: texts.malformedJson,
  unrecognizedClient: texts.invalidSecurityToken,
  expiredToken: texts.expiredSecurityToken,
  invalidSignature: texts.signatureMismatch,
}

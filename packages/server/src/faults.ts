import {
  type FailureCode,
  type FailureMembers,
  failures,
  GatewayError,
  type GatewayErrorOptions,
  type Message,
  type MessageStreamEvent,
  nearestWord,
  texts,
} from '@outcrop/protocol'

/** How a connection ends that is dropped: in order, or by a reset that overtakes what was still on its way. */
export type DropKind = 'close' | 'reset'

/** Thrown instead of an answer, or in the middle of one: the listener ends the connection and says nothing more. */
export class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped'
  readonly how: DropKind

  constructor(how: DropKind = 'close') {
    super('The connection is dropped on purpose.')
    this.how = how
  }
}

/** Long enough for what was written before to leave this machine: the caller is to see where the answer broke off. */
const flushMs = 25

/** Drops the connection in the middle of an answer, behind everything that was said of it. */
export async function dropMidway(how: DropKind = 'close'): Promise<never> {
  await new Promise((resolve) => {
    setTimeout(resolve, flushMs)
  })
  throw new ConnectionDropped(how)
}

/** A failure that somebody asked for: no dialect adds to its words. */
export class AskedFailure extends GatewayError {
  /** Seconds to say in a `Retry-After`, which Bedrock itself never sends (WIRE §10). */
  readonly retryAfter: number | undefined

  constructor(code: FailureCode, message: string, options: GatewayErrorOptions & { retryAfter?: number } = {}) {
    super(code, message, options)
    this.retryAfter = options.retryAfter
  }
}

/** The events of an answer, and what is to go wrong with their bytes on the way. */
export interface ModelEvents extends AsyncIterable<MessageStreamEvent> {
  readonly fault?: StreamFault
}

/** What is to go wrong with the bytes of an answer that is no stream: no name of it shows in the answer's JSON. */
export const bodyFault: unique symbol = Symbol('what goes wrong with the body')

/** A whole answer, and what is to go wrong with its bytes on the way. */
export interface ModelMessage extends Message {
  readonly [bodyFault]?: BodyFaultKind
}

/** What goes wrong inside a stream, once `after` frames have left whole. */
export interface StreamFault {
  readonly after: number
  readonly breaks: StreamBreak
}

/** Every way to break a stream (LOCAL.md §0.4), and an exception frame. */
export type StreamBreak =
  | { readonly kind: Exclude<StreamFaultKind, 'stall'> | 'malformed-json' | 'drop' | 'reset' }
  | { readonly kind: 'stall'; readonly wait: () => Promise<void> }
  | { readonly kind: 'exception'; readonly error: GatewayError }

/** What can go wrong with the bytes of a stream and leaves a whole answer alone. */
const streamFaultKinds = ['empty-block-start', 'unknown-event', 'bad-crc', 'half-frame', 'cut', 'stall'] as const
/** What can go wrong with the bytes of a whole answer; JSON that nobody can read, with those of a stream too. */
const bodyFaultKinds = ['malformed-json', 'truncated-body'] as const
/** What can go wrong with any call, beside being refused. */
const callFaultKinds = ['slow', 'drop', 'reset'] as const

/** A fault that only a stream can have. */
type StreamFaultKind = (typeof streamFaultKinds)[number]

/** A fault of a whole answer's bytes. */
export type BodyFaultKind = (typeof bodyFaultKinds)[number]

/** The failures that a caller can ask for: those that Bedrock and Anthropic answer, and no code of Outcrop's own. */
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
  'overloaded',
  'validation',
  'unrecognizedClient',
  'expiredToken',
  'invalidSignature',
] as const satisfies readonly FailureCode[]

type AskableFailure = (typeof failureCodes)[number]

/** Everything that can be made to go wrong, by its name. */
export type FaultKind = AskableFailure | StreamFaultKind | BodyFaultKind | (typeof callFaultKinds)[number]

/** The failure that users mean by a status. */
const byStatus = {
  '400': 'validation',
  '403': 'accessDenied',
  '404': 'notFound',
  '408': 'modelTimeout',
  '424': 'modelError',
  '429': 'throttled',
  '500': 'internal',
  '503': 'unavailable',
  '529': 'overloaded',
} as const satisfies Readonly<Record<string, AskableFailure>>

/** A fault's name, AWS's for a failure, such as `ThrottlingException`, or its status, such as `529`. */
export type FaultName = FaultKind | (typeof failures)[AskableFailure]['aws'] | keyof typeof byStatus

/** One thing that is to go wrong with a call. */
export interface Fault {
  readonly kind: FaultName
  /** The text of a failure; Bedrock's own when absent. */
  readonly message?: string
  /** How many frames of a stream leave whole before it; absent, a failure or a drop comes instead of an answer. */
  readonly after?: number
  /** How long `slow` and `stall` take. */
  readonly ms?: number
  /** Seconds that a refusal tells its caller to wait, in a `Retry-After`; Bedrock sends none, so there is none without. */
  readonly retryAfter?: number
  /** What `modelError` and `modelStreamError` tell of the model's side (WIRE §3.3): 500 unless told otherwise. */
  readonly originalStatusCode?: number
  /** What `modelError` says failed: the model as called, unless told otherwise. */
  readonly resourceName?: string
  /** What `modelStreamError` says that the model said. */
  readonly originalMessage?: string
}

/** Every fault's name, for whoever lists or checks them. */
export const faultKinds: readonly FaultKind[] = [
  ...failureCodes,
  ...callFaultKinds,
  ...streamFaultKinds,
  ...bodyFaultKinds,
]

const byName: ReadonlyMap<string, FaultKind> = new Map<string, FaultKind>([
  // The first code of a shape is Bedrock's own: the later ones are the front door's.
  ...[...failureCodes].reverse().map((code) => [failures[code].aws, code] as const),
  ...faultKinds.map((kind) => [kind, kind] as const),
])

/** Every word that means a fault: the kinds, and AWS's names of the failures. */
export const faultNames: readonly string[] = [...byName.keys()]

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '')

const byPlainName: ReadonlyMap<string, FaultKind> = new Map<string, FaultKind>([
  ...[...byName].map(([name, kind]) => [plain(name), kind] as const),
  ...Object.entries(byStatus),
])

/**
 * The fault that a word means: a kind such as `throttled`, an AWS name such as `ThrottlingException`, or a status such
 * as `529`. Capitals and hyphens do not matter: model ids have the second alone.
 */
export function findFaultKind(word: string): FaultKind | undefined {
  return byPlainName.get(plain(word))
}

/** Says which faults there are to somebody who wrote another word. */
export function explainFaultKind(word: string): string {
  const nearest = nearestWord(word, faultNames)
  const list = `The faults are ${faultKinds.join(', ')}.`
  return nearest === undefined ? list : `did you mean ${nearest}? ${list}`
}

/** Whether a fault breaks the bytes of a whole answer. */
export function bodyFaultOf({ kind }: Fault): BodyFaultKind | undefined {
  const found = findFaultKind(kind)
  return bodyFaultKinds.find((one) => one === found)
}

const failureOfKind = (kind: FaultName): AskableFailure | undefined => {
  const found = findFaultKind(kind)
  return failureCodes.find((code) => code === found)
}

/** Who is told of a failure: the dialects have words of their own, and some failures name the model. */
interface Told {
  readonly wire: 'invoke' | 'converse' | 'messages'
  readonly modelId: string
}

/** The failure that a fault is, or nothing when it is of another kind. */
export function failureOf(fault: Fault, told: Told): AskedFailure | undefined {
  const code = failureOfKind(fault.kind)
  if (code === undefined) return undefined
  const { message = code === 'overloaded' && told.wire === 'messages' ? 'Overloaded' : words[code], retryAfter } = fault
  const members = membersOf[code]?.(fault, told)
  return new AskedFailure(code, message, {
    ...(members !== undefined && { members }),
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

/** The members that only these two carry, about what happened at the model's side (WIRE §3.3). [?] Their values. */
const membersOf: Partial<Record<FailureCode, (fault: Fault, told: Told) => FailureMembers>> = {
  modelError: ({ originalStatusCode = 500, resourceName }, { modelId }) => ({
    originalStatusCode,
    resourceName: resourceName ?? modelId,
  }),
  modelStreamError: ({ originalStatusCode = 500, originalMessage = 'Internal server error' }) => ({
    originalStatusCode,
    originalMessage,
  }),
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
  overloaded: texts.unavailable, // Bedrock's own word for it; Anthropic's is `Overloaded`
  validation: texts.malformedJson,
  unrecognizedClient: texts.invalidSecurityToken,
  expiredToken: texts.expiredSecurityToken,
  invalidSignature: texts.signatureMismatch,
}

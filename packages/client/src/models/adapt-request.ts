import type { FieldJudgement, FieldKeys, JsonObject, NamedModel, Wire } from '@outcrop/protocol'
import type { BedrockOptions, ClientWire } from '../options.ts'
import { type Adaptation, adaptations } from './adaptations.ts'
import { chooseVersion } from './anthropic-version.ts'
import { createDraft, type Draft } from './draft.ts'
import { impliedBetas } from './implied-betas.ts'
import { judgeRequest } from './judge-request.ts'
import { acceptableUserId, refusedUserId } from './user-id.ts'

/** All that decides what may be sent. */
export interface AdaptContext {
  /** The catalogue's entry or a newer model's name; absent where an id hides the model: no rule of versions is asked then. */
  readonly model: NamedModel | undefined
  readonly wire: ClientWire
  /** What the header `anthropic-beta` names. */
  readonly betas: readonly string[]
  /** What the header `anthropic-version` says. */
  readonly version?: string | undefined
  readonly policy: NonNullable<BedrockOptions['capabilities']>
}

/** A body as its wire takes it, or why it is not sent. */
export type Adapted =
  | {
      readonly kind: 'ready'
      /** Without `model`, `stream`, `anthropic_version` and `anthropic_beta`: each wire has a place of its own for these. */
      readonly body: JsonObject
      readonly betas: readonly string[]
      readonly version: string
      /** One sentence for each thing that was changed, in ASCII. */
      readonly warnings: readonly string[]
      /** `output_config.format` is in the body still, and the model does not take it: make up for it before sending. */
      readonly structured: boolean
    }
  | { readonly kind: 'refused'; readonly message: string; readonly subject: string }

const wires: Readonly<Record<ClientWire, Wire>> = {
  invoke: 'invoke',
  'runtime-messages': 'runtime',
  mantle: 'mantle',
  converse: 'converse',
}

/**
 * Makes a Messages body what a model takes on a wire, by the capability table (M9): members and betas find their place, and
 * what the model does not take is left out with a warning, or refused. The body itself stays as it is.
 */
export function adaptRequest(body: JsonObject, context: AdaptContext): Adapted {
  const { policy } = context
  const betas = readBetas(body, context.betas)
  if (betas === undefined) {
    return { kind: 'refused', subject: 'anthropic_beta', message: 'anthropic_beta: send a list of strings.' }
  }
  const chosen = chooseVersion({
    model: context.model,
    wire: wires[context.wire],
    inBody: body['anthropic_version'],
    inHeader: context.version,
    isUnjudged: policy === 'send',
  })
  if (chosen.refused !== undefined && policy === 'error') {
    const message = `anthropic_version: ${chosen.refused}. Name ${chosen.version}.`
    return { kind: 'refused', subject: 'anthropic_version', message }
  }
  const task: Task = { draft: createDraft(body), betas: [...betas], warnings: [], structured: false }
  if (policy === 'adapt') addBetas(task, body, context)
  place(task, chosen.version)
  if (chosen.refused !== undefined) {
    task.warnings.push(`anthropic_version was changed: ${chosen.version} was sent instead (${chosen.refused})`)
  }
  const refused = policy === 'send' ? undefined : (fixUserId(task, body, context) ?? applyTable(task, context))
  if (refused !== undefined) return refused
  return finish(task, chosen.version)
}

interface Task {
  readonly draft: Draft
  betas: string[]
  readonly warnings: string[]
  structured: boolean
}

/** Betas of the body and of the header, each once; nothing where the body's are no list of strings. */
function readBetas(body: JsonObject, inHeader: readonly string[]): readonly string[] | undefined {
  const inBody = body['anthropic_beta'] ?? []
  if (!Array.isArray(inBody)) return undefined
  const names: readonly unknown[] = inBody
  if (!names.every((name) => typeof name === 'string')) return undefined
  return [...new Set([...names, ...inHeader])]
}

function addBetas(task: Task, body: JsonObject, { model, wire }: AdaptContext): void {
  for (const beta of impliedBetas(body, model)) {
    // Editing and compacting contexts was measured without effect on Converse.
    const isIdle = wire === 'converse' && /^(?:context-management|compact)-/.test(beta)
    if (!isIdle && !task.betas.includes(beta)) task.betas.push(beta)
  }
}

/** Shows the table what wires put elsewhere; `finish` takes it out. */
function place({ draft, betas }: Task, version: string): void {
  draft.set(['model'], undefined)
  draft.set(['stream'], undefined)
  draft.set(['anthropic_version'], version)
  draft.set(['anthropic_beta'], betas.length === 0 ? undefined : betas)
}

/** WIRE §1.3: the runtime's Messages route alone reads `user_id` as request metadata. */
function fixUserId({ draft, warnings }: Task, body: JsonObject, { wire, policy }: AdaptContext): Refused | undefined {
  const userId = wire === 'runtime-messages' ? refusedUserId(body) : undefined
  if (userId === undefined) return undefined
  const reason = 'the runtime takes up to 256 letters, digits, blanks and :_@$#=/+,-. in it'
  if (policy === 'error') {
    const message = `metadata.user_id: ${reason}. Send a hash of the id.`
    return { kind: 'refused', subject: 'metadata.user_id', message }
  }
  draft.set(['metadata', 'user_id'], acceptableUserId(userId))
  warnings.push(`metadata.user_id was changed: the SHA-256 of it was sent instead (${reason})`)
  return undefined
}

type Refused = Extract<Adapted, { kind: 'refused' }>

function applyTable(task: Task, { model, wire, policy }: AdaptContext): Refused | undefined {
  const judgements = judgeRequest(task.draft.done(), { model, wire: wires[wire], betas: task.betas })
  const stripped: string[] = []
  for (const judgement of judgements) {
    const adaptation = judgement.kind === 'beta' ? strippedBeta : adaptations[judgement.subject]
    if (adaptation?.kind === 'keep') {
      task.structured = true
      continue
    }
    const isLeft = adaptation === undefined || adaptation.kind === 'refuse'
    if (isLeft || (policy === 'error' && judgement.isRefused)) return refuse(judgement, adaptation)
    const names = judgement.kind === 'beta' ? judgement.places.map((keys) => task.betas[Number(keys[1])] ?? '') : []
    stripped.push(...names)
    task.warnings.push(say(judgement, adaptation, names))
    if (judgement.kind === 'beta') continue
    for (const keys of judgement.places) {
      if (adaptation.kind === 'change') adaptation.apply(task.draft, keys)
      else strip(task.draft, adaptation.what?.(keys) ?? keys)
    }
  }
  task.betas = task.betas.filter((name) => !stripped.includes(name))
  return undefined
}

/** Takes a member out, and the object around it where nothing else was in it. */
function strip(draft: Draft, keys: FieldKeys): void {
  draft.set(keys, undefined)
  const around = keys.slice(0, -1)
  const rest = around.length === 0 ? undefined : draft.get(around)
  const isEmpty = typeof rest === 'object' && rest !== null && !Array.isArray(rest) && Object.keys(rest).length === 0
  if (isEmpty) draft.set(around, undefined)
}

const strippedBeta: Adaptation = { kind: 'strip', so: 'what it switches on stays off' }

function refuse(judgement: FieldJudgement, adaptation: Adaptation | undefined): Refused {
  const { subject } = judgement
  const text = toSentence(judgement.text)
  const advice = adaptation?.kind === 'refuse' ? ` ${adaptation.advice}` : ' Leave it out.'
  return { kind: 'refused', subject, message: `${text}${/[.!?]$/.test(text) ? '' : '.'}${advice}` }
}

function say(
  { path, text }: FieldJudgement,
  adaptation: Extract<Adaptation, { so: string }>,
  betas: readonly string[],
): string {
  const what = [path, ...betas].join(' ')
  const done = adaptation.kind === 'change' ? 'was changed' : 'was left out'
  const told = toSentence(text).replace(`${path}: `, '')
  return toAscii(`${what} ${done}: ${adaptation.so} (${told})`)
}

/** Later models pass on Anthropic's error as a whole object. */
function toSentence(text: string): string {
  return /"message":"([^"\\\\]+)"/.exec(text)?.[1] ?? text
}

/** Warnings travel in headers. */
function toAscii(text: string): string {
  return text
    .replaceAll('\u2019', "'")
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 500)
}

function finish({ draft, betas, warnings, structured }: Task, version: string): Adapted {
  draft.set(['anthropic_version'], undefined)
  draft.set(['anthropic_beta'], undefined)
  return { kind: 'ready', body: draft.done(), betas, version, warnings, structured }
}

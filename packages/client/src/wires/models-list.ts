import { findModel, parseModelId } from '@outcrop/protocol'
import { suggestModel } from '../models/suggest-model.ts'
import type { ScopePreference } from '../options.ts'
import { type AccountModel, type AskControl, listAccountModels } from './account-models.ts'
import { type ModelInfo, toModelInfo } from './model-info.ts'

/** How a question about models is answered. */
export interface ModelsContext {
  readonly ask: AskControl
  readonly region: string
  /** Which profile a model's name means; `['global', 'geo', 'in-region']` unless told otherwise (M13). */
  readonly scope?: readonly ScopePreference[] | undefined
  /** Milliseconds of the epoch: models retire. */
  readonly now: number
}

/** A page of models, the newest first. */
export interface ModelsPage {
  readonly data: readonly ModelInfo[]
  readonly has_more: boolean
  readonly first_id: string | null
  readonly last_id: string | null
}

/** An answer, or why there is none. */
export type ModelsAnswer<Body> =
  | { readonly kind: 'answer'; readonly body: Body }
  | { readonly kind: 'refused'; readonly status: 400 | 404; readonly message: string }

/**
 * Answers `/v1/models` with what the account may call in its Region: `limit`, `after_id`, `before_id` and `lifecycle` mean what
 * they mean at Anthropic.
 */
export async function listModels(query: URLSearchParams, context: ModelsContext): Promise<ModelsAnswer<ModelsPage>> {
  const asked = readQuery(query)
  if ('fault' in asked) return refused(400, asked.fault)
  const infos = sorted(await listAccountModels(context.ask), context.now)
    .map(({ info }) => info)
    .filter(({ lifecycle }) => asked.lifecycle.includes(lifecycle))
  return toPage(infos, asked)
}

/**
 * Answers `/v1/models/{id}` with the model that an id, an ARN, an alias or a name means to this account: for a name, that which
 * would be called by the order of scopes.
 */
export async function retrieveModel(asked: string, context: ModelsContext): Promise<ModelsAnswer<ModelInfo>> {
  const entries = sorted(await listAccountModels(context.ask), context.now)
  const id = parseModelId(asked)?.id ?? asked
  const exact = entries.find(({ account }) => account.id === asked || account.id === id || isNamedBy(account, id))
  const found = exact ?? findByName(asked, entries, context.scope)
  return found === undefined ? refused(404, sayMissing(asked, context)) : { kind: 'answer', body: found.info }
}

interface Entry {
  readonly account: AccountModel
  readonly info: ModelInfo
}

const kinds: ReadonlyArray<AccountModel['kind']> = ['global', 'geo', 'in-region', 'application']

function sorted(accounts: readonly AccountModel[], now: number): readonly Entry[] {
  return accounts
    .map((account) => ({ account, info: toModelInfo(account, now) }))
    .sort(
      (left, right) =>
        compare(right.info.created_at, left.info.created_at) ||
        compare(left.account.baseId, right.account.baseId) ||
        kinds.indexOf(left.account.kind) - kinds.indexOf(right.account.kind) ||
        compare(left.account.id, right.account.id),
    )
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

interface AskedPage {
  readonly limit: number
  readonly after: string | null
  readonly before: string | null
  readonly lifecycle: readonly string[]
}

const stages = ['active', 'deprecated', 'retired']

function readQuery(query: URLSearchParams): AskedPage | { readonly fault: string } {
  const limit = query.get('limit') ?? '20'
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000) {
    return { fault: 'limit: send a whole number from 1 to 1000.' }
  }
  const [after, before] = [query.get('after_id'), query.get('before_id')]
  if (after !== null && before !== null) return { fault: 'before_id and after_id: send one of them alone.' }
  // SDKs spell lists in one way or another.
  const lifecycle = ['lifecycle', 'lifecycle[]'].flatMap((name) => query.getAll(name))
  const strange = lifecycle.find((stage) => !stages.includes(stage))
  if (strange !== undefined) return { fault: `lifecycle: send ${stages.join(', ')}.` }
  return { limit: Number(limit), after, before, lifecycle: lifecycle.length > 0 ? lifecycle : ['active', 'deprecated'] }
}

function toPage(infos: readonly ModelInfo[], { limit, after, before }: AskedPage): ModelsAnswer<ModelsPage> {
  const cursor = after ?? before
  const at = cursor === null ? -1 : infos.findIndex(({ id }) => id === cursor)
  if (cursor !== null && at < 0) {
    return refused(
      400,
      `${after === null ? 'before_id' : 'after_id'}: no model of the list has the id ${shown(cursor)}.`,
    )
  }
  const start = before === null ? at + 1 : Math.max(0, at - limit)
  const data = infos.slice(start, before === null ? start + limit : at)
  const has_more = before === null ? start + limit < infos.length : start > 0
  return {
    kind: 'answer',
    body: { data, has_more, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null },
  }
}

function refused(status: 400 | 404, message: string): Extract<ModelsAnswer<never>, { readonly kind: 'refused' }> {
  return { kind: 'refused', status, message }
}

function isNamedBy({ profile }: AccountModel, id: string): boolean {
  return profile?.inferenceProfileId === id
}

const preferred: readonly ScopePreference[] = ['global', 'geo', 'in-region']

/** What a name means: the profile of its model that the order of scopes puts first. */
function findByName(asked: string, entries: readonly Entry[], scope = preferred): Entry | undefined {
  const model = findModel(asked)
  if (model === undefined) return undefined
  const ofModel = entries.filter(({ account }) => account.baseId === model.modelId)
  for (const kind of scope) {
    const found = ofModel.find(({ account }) => account.kind === kind)
    if (found !== undefined) return found
  }
  return undefined
}

function sayMissing(asked: string, { region }: ModelsContext): string {
  const model = findModel(asked)
  if (model !== undefined) {
    return `model: ${shown(asked)} is nothing that this account can call in ${region}. Other Regions or scopes may have ${model.modelName}.`
  }
  const meant = suggestModel(asked)
  const advice = meant === undefined ? 'List the models to see which there are.' : `Did you mean ${meant}?`
  return `model: there is no ${shown(asked)}. ${advice}`
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}

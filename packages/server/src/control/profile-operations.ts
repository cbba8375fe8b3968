import {
  checkProfileIdentifier,
  type CreateInferenceProfileRequest,
  foundationModelArn,
  GatewayError,
  getInferenceProfile,
  type InferenceProfileSummary,
  listInferenceProfiles,
  parseCreateInferenceProfile,
  parseModelId,
  partitionOf,
  resolveModel,
  texts,
} from '@outcrop/protocol'
import {
  type ApplicationProfile,
  createApplicationProfile,
  deleteApplicationProfile,
  findApplicationProfile,
  listApplicationProfiles,
} from '../state/application-profiles.ts'
import { newResourceId } from '../state/resource-id.ts'
import type { ControlCaller, ControlServices, Operation } from './control-call.ts'
import { toPage } from './page.ts'

/** Makes the operations on inference profiles: those of the catalogue, and those that the account made of them (WIRE §7.2). */
export function createProfileOperations({ store }: ControlServices) {
  return {
    ListInferenceProfiles: ({ caller, query }) => {
      const type = query.get('type') ?? undefined
      const ofSystem = listInferenceProfiles({ ...caller, type })
      const own = type === 'SYSTEM_DEFINED' ? [] : listApplicationProfiles(store, caller)
      // [?] Without a type both are listed. The own ones come and go, so pages go on behind an item, not at a position.
      const rows: readonly Row[] = [
        ...ofSystem.map((summary, index) => ({ order: `0${String(index).padStart(6, '0')}`, summary })),
        ...own.map((profile) => ({ order: `1${orderOf(profile)}`, summary: summarize(profile) })),
      ]
      const sorted = rows.toSorted((a, b) => (a.order < b.order ? -1 : 1))
      const { items, nextToken } = toPage(sorted, query, ({ order }) => order)
      return {
        inferenceProfileSummaries: items.map(({ summary }) => summary),
        ...(nextToken === undefined ? {} : { nextToken }),
      }
    },
    GetInferenceProfile: ({ caller, identifier }) => {
      const id = ownIdOf(identifier, caller)
      const own = id === undefined ? undefined : findApplicationProfile(store, caller, id)
      if (own !== undefined) return { ...summarize(own), toolboxArn: null }
      return getInferenceProfile({ ...caller, identifier })
    },
    CreateInferenceProfile: async ({ caller, body }) => {
      const request = parseCreateInferenceProfile(body)
      const { inferenceProfileName: name, description, clientRequestToken: token, modelSource, tags = [] } = request
      const made = {
        id: newResourceId(),
        name,
        ...(description === undefined ? {} : { description }),
        copyFrom: modelSource.copyFrom,
        modelArns: modelArnsOf(modelSource.copyFrom, caller),
        createdAt: caller.now,
        ...(token === undefined ? {} : { request: { token, input: inputOf(request) } }),
        tags,
      }
      const { arn } = await store.transact((transaction) => createApplicationProfile(transaction, caller, made))
      return { inferenceProfileArn: arn, status: 'ACTIVE' }
    },
    DeleteInferenceProfile: async ({ caller, identifier }) => {
      checkProfileIdentifier(identifier)
      const id = ownIdOf(identifier, caller)
      const isGone =
        id !== undefined && (await store.transact((transaction) => deleteApplicationProfile(transaction, caller, id)))
      if (isGone) return {}
      // Throws when the system has no such profile either.
      getInferenceProfile({ ...caller, identifier })
      throw new GatewayError('validation', texts.systemProfileKept)
    },
  } as const satisfies Readonly<Record<string, Operation>>
}

interface Row {
  readonly order: string
  readonly summary: InferenceProfileSummary
}

function orderOf({ createdAt, id }: ApplicationProfile): string {
  return `${new Date(createdAt).toISOString()} ${id}`
}

function summarize({ name, description, createdAt, arn, modelArns, id }: ApplicationProfile): InferenceProfileSummary {
  const at = new Date(createdAt).toISOString()
  return {
    inferenceProfileName: name,
    ...(description === undefined ? {} : { description }),
    createdAt: at,
    updatedAt: at, // nothing but tags can be changed
    inferenceProfileArn: arn,
    models: modelArns.map((modelArn) => ({ modelArn })),
    inferenceProfileId: id,
    status: 'ACTIVE',
    type: 'APPLICATION',
  }
}

/** The twelve characters of an application profile of the caller's own, as an id or an ARN may name it. */
function ownIdOf(identifier: string, { account, region }: ControlCaller): string | undefined {
  const parsed = parseModelId(identifier)
  if (parsed?.kind === 'name') return parsed.id
  if (parsed?.kind !== 'application-inference-profile') return undefined
  const isOurs = parsed.partition === partitionOf(region) && parsed.region === region && parsed.account === account
  return isOurs ? parsed.id : undefined
}

/** The models behind what is copied; throws the refusal that a call to it would get. [?] */
function modelArnsOf(copyFrom: string, caller: ControlCaller): readonly string[] {
  const resolution = resolveModel({ ...caller, modelId: copyFrom })
  if (resolution.kind === 'refused') throw new GatewayError(resolution.code, resolution.message)
  if (parseModelId(copyFrom)?.kind === 'foundation-model') {
    return [foundationModelArn(caller.region, resolution.model.modelId)]
  }
  return getInferenceProfile({ ...caller, identifier: copyFrom }).models.map(({ modelArn }) => modelArn)
}

/** What has to be the same for a repeated token to mean the same request. */
function inputOf({ inferenceProfileName, description, modelSource, tags = [] }: CreateInferenceProfileRequest): string {
  const pairs = tags.map(({ key, value }) => [key, value]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify([inferenceProfileName, description ?? null, modelSource.copyFrom, pairs])
}

import type { Ask } from './ask.ts'
import type { ControlCall } from './control-call.ts'
import { isRecord, textIn } from './json-fields.ts'
import { pathLabel } from './path-label.ts'

/** Tags as a map: AWS's lists of `{key, value}` hold every key once. */
export type Tags = Readonly<Record<string, string>>

/** A new application inference profile. */
export interface NewInferenceProfile {
  /** 1 to 64 characters: letters and digits, with single blanks, `_` and `-` between them. */
  readonly inferenceProfileName: string
  /** 1 to 200 characters. */
  readonly description?: string | undefined
  /** The ARN of a foundation model or of a system-defined profile. */
  readonly copyFrom: string
  readonly tags?: Tags | undefined
  /** Made up unless given: a call that is repeated makes one profile. */
  readonly clientRequestToken?: string | undefined
}

/** Application inference profiles, which calls are counted by, and tags (WIRE §7.2, §7.6). */
export interface ApplicationProfiles {
  createInferenceProfile(
    input: NewInferenceProfile,
    call?: ControlCall,
  ): Promise<{ readonly inferenceProfileArn: string; readonly status?: string | undefined }>
  /** By a profile's id or ARN, of the type APPLICATION alone. */
  deleteInferenceProfile(inferenceProfileIdentifier: string, call?: ControlCall): Promise<void>
  /** Adds tags to a resource, or gives those that it has another value. */
  tagResource(input: { readonly resourceARN: string; readonly tags: Tags }, call?: ControlCall): Promise<void>
  untagResource(
    input: { readonly resourceARN: string; readonly tagKeys: readonly string[] },
    call?: ControlCall,
  ): Promise<void>
  listTagsForResource(resourceARN: string, call?: ControlCall): Promise<Tags>
}

/** Makes the operations on application profiles and tags. */
export function createApplicationProfiles(ask: Ask): ApplicationProfiles {
  return {
    async createInferenceProfile(input, call = {}) {
      const { inferenceProfileName, description, copyFrom, tags } = input
      const { clientRequestToken = crypto.randomUUID() } = input
      const { answer, refuse } = await ask({
        operation: 'CreateInferenceProfile',
        method: 'POST',
        path: '/inference-profiles',
        body: {
          inferenceProfileName,
          description,
          clientRequestToken,
          modelSource: { copyFrom },
          tags: tags && toTagList(tags),
        },
        ...call,
      })
      const inferenceProfileArn = textIn(answer, 'inferenceProfileArn')
      if (inferenceProfileArn === undefined) throw refuse('answered without inferenceProfileArn')
      return { inferenceProfileArn, status: textIn(answer, 'status') }
    },
    async deleteInferenceProfile(inferenceProfileIdentifier, call = {}) {
      const path = `/inference-profiles/${pathLabel('inferenceProfileIdentifier', inferenceProfileIdentifier)}`
      await ask({ operation: 'DeleteInferenceProfile', method: 'DELETE', path, ...call })
    },
    async tagResource({ resourceARN, tags }, call = {}) {
      const body = { resourceARN, tags: toTagList(tags) }
      await ask({ operation: 'TagResource', method: 'POST', path: '/tagResource', body, ...call })
    },
    async untagResource({ resourceARN, tagKeys }, call = {}) {
      const body = { resourceARN, tagKeys }
      await ask({ operation: 'UntagResource', method: 'POST', path: '/untagResource', body, ...call })
    },
    async listTagsForResource(resourceARN, call = {}) {
      const path = '/listTagsForResource'
      const { answer } = await ask({
        operation: 'ListTagsForResource',
        method: 'POST',
        path,
        body: { resourceARN },
        ...call,
      })
      return fromTagList(answer['tags'])
    },
  }
}

/** AWS's spelling of tags. */
export function toTagList(tags: Tags): ReadonlyArray<{ readonly key: string; readonly value: string }> {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}

function fromTagList(list: unknown): Tags {
  const tags = new Map<string, string>()
  for (const tag of Array.isArray(list) ? list : []) {
    const key = isRecord(tag) ? textIn(tag, 'key') : undefined
    if (isRecord(tag) && key !== undefined) tags.set(key, textIn(tag, 'value') ?? '')
  }
  return Object.fromEntries(tags)
}
